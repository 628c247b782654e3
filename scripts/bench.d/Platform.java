import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An all-in-one of our own: a fresh data directory, free ports, gone afterwards. */
final class Platform {
    private static final Duration READY_LIMIT = Duration.ofSeconds(120);
    private static final Duration READY_POLL = Duration.ofMillis(200);
    private static final Duration POSTGRES_STOP_LIMIT = Duration.ofSeconds(20);
    private static final int LOG_LINES_SHOWN = 30;

    private final Path home;
    private final List<Integer> ports;
    private final Process process;

    private Platform(Path home, List<Integer> ports, Process process) {
        this.home = home;
        this.ports = ports;
        this.process = process;
    }

    /** As a user starts it. */
    static Platform start(Children children) throws IOException {
        Path home = Files.createTempDirectory("trolleybus-bench-");
        List<Integer> ports = freePorts(4);
        ProcessBuilder builder = new ProcessBuilder("scripts/run");
        builder.environment().put("TROLLEYBUS_DATA_DIR", home.resolve("data").toString());
        builder.environment().put("TROLLEYBUS_HTTP_PORT", ports.get(0).toString());
        builder.environment().put("TROLLEYBUS_MANAGEMENT_PORT", ports.get(1).toString());
        builder.environment().put("TROLLEYBUS_PROVIDER_PORT", ports.get(2).toString());
        builder.environment().put("TROLLEYBUS_POSTGRES_PORT", ports.get(3).toString());
        builder.redirectErrorStream(true).redirectOutput(home.resolve("log").toFile());
        return new Platform(home, ports, children.start(builder));
    }

    long pid() {
        return process.pid();
    }

    Path home() {
        return home;
    }

    Path dataDir() {
        return home.resolve("data");
    }

    Api api() {
        return new Api(httpUrl());
    }

    Api management() {
        return new Api("http://127.0.0.1:" + ports.get(1));
    }

    Api provider() {
        return new Api("http://127.0.0.1:" + ports.get(2));
    }

    int postgresPort() {
        return ports.get(3);
    }

    String httpUrl() {
        return "http://127.0.0.1:" + ports.get(0);
    }

    void awaitReady() throws InterruptedException {
        Api management = management();
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (!isReady(management)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the platform did not become ready; its last lines:\n" + logTail());
            }
            Thread.sleep(READY_POLL.toMillis());
        }
    }

    private static boolean isReady(Api management) {
        try {
            return management.get("/health/ready", "").status() == 200;
        } catch (UncheckedIOException e) {
            return false; // Nothing listens yet.
        }
    }

    String logTail() {
        try (Stream<String> lines = Files.lines(home.resolve("log"))) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - LOG_LINES_SHOWN), all.size()));
        } catch (IOException | UncheckedIOException e) {
            return "(no log: " + e + ")";
        }
    }

    /** Written by the launcher for whoever runs the platform, readable by its owner only. */
    Path superuserPasswordFile() {
        return dataDir().resolve("secrets").resolve(Server.SUPERUSER);
    }

    /** Call when the process has ended: a PostgreSQL that it left behind is ended too, and the files are removed. */
    void clean() {
        postmaster().ifPresent(this::end);
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.err.println("bench: could not remove " + home + ": " + e);
        }
    }

    /** The process that owns the cluster below our data directory, which no other run shares. */
    private Optional<ProcessHandle> postmaster() {
        try (Stream<Path> files = Files.walk(dataDir())) {
            Optional<Path> file =
                    files.filter(path -> path.endsWith("postmaster.pid")).findFirst();
            return file.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(
                            Long.parseLong(Files.readAllLines(file.get()).get(0).trim()));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private void end(ProcessHandle postmaster) {
        postmaster.destroy();
        try {
            postmaster.onExit().get(POSTGRES_STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            postmaster.destroyForcibly();
        }
    }

    /** Ports that nobody used a moment ago; held together while choosing, so that they differ. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
