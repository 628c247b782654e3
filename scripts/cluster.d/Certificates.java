import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The certificates by which the nodes of this cluster know each other, if they are to: made anew by each {@code up}. */
final class Certificates {
    /** Of the process that adds the development data, which is no node but takes part in the bus. */
    static final String SEED = "seed";

    private static final String CA = "ca.pem";

    private final Path folder;

    Certificates(Path folder) {
        this.folder = folder;
    }

    void make(List<String> nodes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("scripts/dev-ca", folder.toString()));
        Stream.concat(nodes.stream(), Stream.of(SEED)).forEach(node -> command.add(node + '=' + Member.HOST));
        Process making = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (making.waitFor() != 0) {
            throw new IllegalStateException("could not make the certificates");
        }
    }

    void remove() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    /** What a process is told of its own; nothing if this cluster has none. */
    Map<String, String> environmentOf(String name) {
        return Files.exists(folder.resolve(CA))
                ? Map.of(
                        "TROLLEYBUS_CLUSTER_TLS_CERTIFICATE", path(name + ".certificate.pem"),
                        "TROLLEYBUS_CLUSTER_TLS_KEY", path(name + ".key.pem"),
                        "TROLLEYBUS_CLUSTER_TLS_CA", path(CA))
                : Map.of();
    }

    private String path(String file) {
        return folder.resolve(file).toString();
    }
}
