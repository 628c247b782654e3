package io.trolleybus.cluster;

import static org.awaitility.Awaitility.await;

import io.trolleybus.cluster.Peer.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A peer that is a process of its own. It listens, tells everybody of itself, asks one peer, and keeps a diary of what
 * comes of it, which is how the test knows.
 */
final class PeerProcess implements AutoCloseable {
    private static final String LISTENING = "listening";
    private static final String HEARD = "heard ";
    private static final String ANSWER = "answer ";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String[] PARTS = {"certificates", "key", "ca"};

    private final String name;
    private final Process process;
    private final Path folder;

    private PeerProcess(String name, Process process, Path folder) {
        this.name = name;
        this.process = process;
        this.folder = folder;
    }

    /**
     * @param folder for its files, empty
     * @param everybody the address that all peers answer
     * @param asked the peer that it asks
     */
    static PeerProcess start(
            String name, Path folder, Place place, String everybody, String asked, @Nullable BusTls tls)
            throws IOException {
        if (tls != null) {
            Files.writeString(folder.resolve(PARTS[0]), tls.certificates());
            Files.writeString(folder.resolve(PARTS[1]), tls.key());
            Files.writeString(folder.resolve(PARTS[2]), tls.ca());
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", System.getProperty("java.class.path")));
        command.add(PeerProcess.class.getName());
        command.addAll(List.of(name, folder.toString(), asked, place.cluster(), everybody));
        Stream.concat(Stream.of(place.memberPort(), place.busPort()), place.others().stream())
                .forEach(port -> command.add(port.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        return new PeerProcess(name, process, folder);
    }

    /** Runs until the test closes its input, or ends. */
    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        Path folder = Path.of(arguments[1]);
        List<Integer> ports = Stream.of(arguments).skip(5).map(Integer::valueOf).toList();
        var place = new Place(arguments[3], ports.get(0), ports.get(1), ports.subList(2, ports.size()));
        BusTls tls = null;
        if (Files.exists(folder.resolve(PARTS[0]))) {
            tls = new BusTls(read(folder, PARTS[0]), read(folder, PARTS[1]), read(folder, PARTS[2]));
        }
        Peer peer = Peer.join(name, arguments[4], place.with(tls));
        peer.listen(text -> write(folder, HEARD + text));
        write(folder, LISTENING);
        peer.tellEverybody("told by " + name);
        write(folder, ANSWER + peer.askPatiently(arguments[2], "asked by " + name));
        while (System.in.read() >= 0) {
            // Nothing is said to it.
        }
        Runtime.getRuntime().halt(0);
    }

    String name() {
        return name;
    }

    /** Waits until the whole cluster can know of it. */
    void awaitListening() {
        await().atMost(LIMIT).until(() -> diary().contains(LISTENING));
    }

    /** What came of what it asked. */
    String awaitAnswer() {
        await().atMost(LIMIT).until(() -> diary().stream().anyMatch(line -> line.startsWith(ANSWER)));
        return said(ANSWER).get(0);
    }

    /** What it has heard of others. */
    List<String> heard() {
        return said(HEARD).stream().filter(text -> !text.endsWith(name)).toList();
    }

    private List<String> said(String kind) {
        return diary().stream()
                .filter(line -> line.startsWith(kind))
                .map(line -> line.substring(kind.length()))
                .toList();
    }

    private List<String> diary() {
        return Files.exists(diary(folder)) ? read(folder, "diary").lines().toList() : List.of();
    }

    private static Path diary(Path folder) {
        return folder.resolve("diary");
    }

    private static synchronized void write(Path folder, String line) {
        try {
            Files.writeString(diary(folder), line + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path folder, String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when it hears nothing more. */
    @Override
    public void close() throws Exception {
        process.destroyForcibly().waitFor();
    }
}
