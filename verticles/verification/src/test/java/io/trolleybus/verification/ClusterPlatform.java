package io.trolleybus.verification;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of the test's own, one process for each node, run by {@code scripts/cluster} on a fresh data directory.
 * Closing it ends every process, however the test went, and takes the data away; the logs stay.
 */
final class ClusterPlatform implements Platform {
    private static final Path SCRIPT = Path.of(System.getProperty("trolleybus.root", "../.."), "scripts", "cluster")
            .toAbsolutePath()
            .normalize();

    private static final long COMMAND_LIMIT_SECONDS = 240;

    /** Each cluster looks for its ports from somewhere else on, below those that the system gives to clients. */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 31_000;

    /** Where every node sends the spans of sampled traces. */
    private final SpanCollector spans = new SpanCollector();

    private final Path dataDir;
    private final Map<String, String> environment;
    private final int firstPort = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
    private final AtomicInteger commands = new AtomicInteger();
    private @Nullable Path installed;
    private @Nullable JsonNode asItBegan;
    private int instances = 1;
    private int crashes;

    /** @param environment what else the gateways are told */
    private ClusterPlatform(Path dataDir, Map<String, String> environment) {
        this.dataDir = dataDir;
        this.environment = environment;
    }

    /**
     * Returns when every node is ready.
     *
     * @param plan how many nodes of a service there are, if others than usual
     */
    static ClusterPlatform fresh(String name, String... plan) {
        return fresh(name, Map.of(), plan);
    }

    /** @param environment what else the gateways are told */
    static ClusterPlatform fresh(String name, Map<String, String> environment, String... plan) {
        ClusterPlatform cluster = new ClusterPlatform(PlatformProcess.freshDirectory(name), environment);
        boolean up = false;
        try {
            cluster.run(Stream.concat(Stream.of("up"), Stream.of(plan)).toArray(String[]::new));
            cluster.asItBegan = cluster.status();
            up = true;
            return cluster;
        } finally {
            if (!up) {
                cluster.close();
            }
        }
    }

    /** Runs one command of the script. @return what it printed to stdout */
    String run(String... words) {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(words));
        File output = dataDir.resolveSibling("cluster.%d.%s.out".formatted(commands.incrementAndGet(), words[0]))
                .toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.to(output))
                .redirectError(
                        Redirect.appendTo(dataDir.resolveSibling("cluster.err").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("TROLLEYBUS_"));
        builder.environment().put("TROLLEYBUS_DATA_DIR", dataDir.toString());
        builder.environment()
                .put("OTEL_EXPORTER_OTLP_ENDPOINT", spans.endpoint().toString());
        builder.environment().put("TROLLEYBUS_NODE_INSTANCES", Integer.toString(instances));
        builder.environment().put("TROLLEYBUS_AUDIT_PERIOD_SECONDS", Launch.AUDIT_PERIOD_SECONDS);
        builder.environment().putAll(environment);
        if (installed != null) {
            builder.environment().put("TROLLEYBUS_JAR", installed.toString());
        }
        List<String> first = List.of("HTTP", "MANAGEMENT", "PROVIDER", "POSTGRES", "CLUSTER", "CLUSTER_BUS");
        for (int i = 0; i < first.size(); i++) {
            builder.environment().put("TROLLEYBUS_" + first.get(i) + "_PORT", Integer.toString(firstPort + 100 * i));
        }
        try {
            Process process = builder.start();
            assertThat(process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("%s ended in time", command)
                    .isTrue();
            String printed = Files.readString(output.toPath());
            assertThat(process.exitValue())
                    .as("exit code of %s, which said%n%s", command, said())
                    .isZero();
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + command, e);
        }
    }

    /** Where a test may put the jar of another release: it lives as long as the cluster's data. */
    Path placeForRelease() {
        return dataDir.resolve("cluster").resolve("release.jar");
    }

    /** Nodes that are started from now on run this program. */
    void install(Path jar) {
        installed = jar;
    }

    /** Nodes that are started from now on run so many of each service. */
    void runInstances(int number) {
        instances = number;
    }

    SpanCollector spans() {
        return spans;
    }

    private String said() throws IOException {
        return Files.readString(dataDir.resolveSibling("cluster.err"));
    }

    JsonNode status() {
        return Json.read(run("status", "--json"));
    }

    /** The names of the nodes, in the order in which they were started. */
    List<String> nodes() {
        return StreamSupport.stream(status().path("nodes").spliterator(), false)
                .map(node -> node.path("name").asText())
                .toList();
    }

    /** The process of each node, as it was last started. */
    Map<String, Long> pids() {
        return StreamSupport.stream(status().path("nodes").spliterator(), false)
                .collect(toMap(node -> node.path("name").asText(), node -> node.path("pid")
                        .asLong()));
    }

    /** The processes of these nodes, as they were last started. */
    List<Long> pids(String... nodes) {
        Map<String, Long> pids = pids();
        return Stream.of(nodes).map(pids::get).toList();
    }

    /** Where the node's API is, if it is a gateway. */
    Optional<URI> gateway(String name) {
        return StreamSupport.stream(status().path("nodes").spliterator(), false)
                .filter(node -> node.path("name").asText().equals(name))
                .filter(node -> node.path("http").isTextual())
                .map(node -> URI.create(node.path("http").asText()))
                .findFirst();
    }

    /** Where the node tells of its health and its meters. */
    URI management(String name) {
        return managements().get(nodes().indexOf(name));
    }

    Path dataDir() {
        return dataDir;
    }

    @Override
    public List<URI> gateways() {
        return StreamSupport.stream(status().path("gateways").spliterator(), false)
                .map(url -> URI.create(url.asText()))
                .toList();
    }

    @Override
    public URI management() {
        return managements().get(0);
    }

    @Override
    public List<URI> managements() {
        return StreamSupport.stream(status().path("nodes").spliterator(), false)
                .map(node -> URI.create(node.path("management").asText()))
                .toList();
    }

    /** Of the provider and the databases, which stay where they are. */
    private JsonNode asItBegan() {
        return Objects.requireNonNull(asItBegan);
    }

    @Override
    public URI provider() {
        return URI.create(asItBegan().path("provider").asText());
    }

    @Override
    public Databases databases() {
        return new Databases(dataDir, asItBegan().path("postgres").path("port").asInt());
    }

    @Override
    public LogLines log() {
        return new LogLines(nodes().stream().map(this::logFile).toList());
    }

    private Path logFile(String node) {
        return dataDir.resolve("cluster").resolve(node + ".log");
    }

    /** Each time another node. */
    @Override
    public void crashAndReturn() {
        List<String> nodes = nodes();
        // From the last on: the orders and gateways, which there are two of, come before those that are alone.
        String node = nodes.get(Math.floorMod(nodes.size() - 1 - 2 * crashes++, nodes.size()));
        run("kill", node);
        run("start", node);
    }

    @Override
    public void close() {
        run("down");
        spans.close();
        keepLogs();
        deleteData();
    }

    private void keepLogs() {
        try (Stream<Path> files = Files.list(dataDir.resolve("cluster"))) {
            for (Path log :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                Files.move(log, dataDir.resolveSibling(log.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteData() {
        try (Stream<Path> paths = Files.walk(dataDir)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + dataDir, e);
        }
    }
}
