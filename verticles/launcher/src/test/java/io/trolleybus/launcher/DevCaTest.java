package io.trolleybus.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificates of {@code scripts/dev-ca} are such as a node takes. */
final class DevCaTest {
    private static final Path SCRIPT = Path.of("..", "..", "scripts", "dev-ca");

    @TempDir
    private Path parent;

    @Test
    void nodesStartWithWhatItMakesAlsoWithWhatItAddsLater() throws Exception {
        Path folder = parent.resolve("tls");

        assertThat(devCa(folder, "order-1=127.0.0.1")).contains("made in");
        assertThat(devCa(folder, "order-2=node-2.trolleybus")).contains("made in");

        requireTaken(folder, "order-1", "127.0.0.1");
        requireTaken(folder, "order-2", "node-2.trolleybus");
        assertThat(files(folder)).hasSize(6).allSatisfy(file -> assertThat(
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------"));
    }

    @Test
    void whatExistsIsLeftAsItIs() throws Exception {
        Path key = Files.writeString(parent.resolve("order-1.key.pem"), "a key");

        assertThat(devCa(parent, "order-1=127.0.0.1")).contains("order-1.key.pem exists");

        assertThat(key).hasContent("a key");
        assertThat(files(parent)).containsExactly(key);
    }

    private static void requireTaken(Path folder, String node, String host) {
        Map<String, String> environment = Map.of(
                "TROLLEYBUS_CLUSTER_TLS_CERTIFICATE",
                folder.resolve(node + ".certificate.pem").toString(),
                "TROLLEYBUS_CLUSTER_TLS_KEY",
                folder.resolve(node + ".key.pem").toString(),
                "TROLLEYBUS_CLUSTER_TLS_CA",
                folder.resolve("ca.pem").toString());

        assertThat(ClusterTls.from(Configuration.load(Map.of(), environment, null), host))
                .isNotNull();
    }

    /** @return what it says */
    private static String devCa(Path folder, String node) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(SCRIPT.toString(), folder.toString(), node).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try (InputStream said = process.getInputStream()) {
            String text = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return text;
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
