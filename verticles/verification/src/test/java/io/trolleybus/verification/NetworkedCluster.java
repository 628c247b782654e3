package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster whose nodes are started as {@code scripts/cluster} starts them, but each in a network of its own. Closing
 * it ends every process and takes the data away; the logs stay.
 */
final class NetworkedCluster implements Platform {
    static final List<String> NODES =
            List.of("user-1", "inventory-1", "payment-1", "order-1", "order-2", "gateway-1", "gateway-2");

    private static final String READY = "/health/ready";
    private static final Path JAR = Path.of(System.getProperty("trolleybus.jar", "../launcher/target/trolleybus.jar"))
            .toAbsolutePath();
    private static final List<String> JVM = List.of(
            "-Xmx128m", "-Xss512k", "-XX:+UseSerialGC", "-XX:MaxMetaspaceSize=128m", "-XX:ReservedCodeCacheSize=64m");
    private static final String NAME = "trolleybus.default.svc.cluster.local";
    private static final String BACKING = "backing-services";
    private static final String SEED = "seed";
    private static final int HTTP = 8080;
    private static final int MANAGEMENT = 8081;
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(40);

    private final Path dataDir;
    private final Path logs;
    private final Ports ports = Ports.free();
    private final NodeNetwork network;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private final List<Relay> relays = new ArrayList<>();

    /** The one that a node needs to know of the others, if it does not know their addresses. */
    private final boolean oneName;

    private NetworkedCluster(Path dataDir, boolean oneName) {
        this.dataDir = dataDir;
        this.oneName = oneName;
        this.logs = dataDir.resolveSibling("logs");
        this.network =
                new NodeNetwork(Stream.concat(NODES.stream(), Stream.of(SEED)).toList());
    }

    /** Returns when every node is ready. */
    static NetworkedCluster fresh(String name) {
        return fresh(name, false);
    }

    /** The same with nodes that know no address of another, but one name that stands for all of them. */
    static NetworkedCluster freshByName(String name) {
        return fresh(name, true);
    }

    private static NetworkedCluster fresh(String name, boolean oneName) {
        NetworkedCluster cluster = new NetworkedCluster(PlatformProcess.freshDirectory(name), oneName);
        boolean up = false;
        try {
            cluster.up();
            up = true;
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            if (!up) {
                cluster.close();
            }
        }
    }

    private void up() throws IOException, InterruptedException {
        Files.createDirectories(logs);
        start(
                BACKING,
                List.of(BACKING),
                List.of(),
                Map.of(
                        "TROLLEYBUS_DATA_DIR", dataDir.toString(),
                        "TROLLEYBUS_PROVIDER_PORT", Integer.toString(ports.provider()),
                        "TROLLEYBUS_POSTGRES_PORT", Integer.toString(ports.postgres())));
        awaitAnswer(BACKING, provider().resolve("/ledger"));
        relays.add(new Relay(NodeNetwork.ROUTER, ports.provider()));
        relays.add(new Relay(NodeNetwork.ROUTER, ports.postgres()));
        // The first alone, so that the others find a cluster and do not found several.
        start(NODES.get(0));
        awaitAnswer(NODES.get(0), management(NODES.get(0), "/health/live"));
        for (String node : NODES.subList(1, NODES.size())) {
            start(node);
        }
        NODES.forEach(this::awaitReady);
        Process seed = start(SEED, List.of("seed-development"), network.inside(SEED, List.of()), toJoin(SEED));
        assertThat(seed.waitFor(READY_WITHIN.toSeconds(), TimeUnit.SECONDS) && seed.exitValue() == 0)
                .as("the development data was added")
                .isTrue();
    }

    private void start(String node) {
        String service = serviceOf(node);
        Map<String, String> environment = new HashMap<>(toJoin(node));
        environment.put("TROLLEYBUS_MANAGEMENT_HOST", network.address(node));
        environment.put("TROLLEYBUS_HTTP_HOST", network.address(node));
        if (!service.equals("gateway")) {
            String variable = "TROLLEYBUS_" + service.toUpperCase(Locale.ROOT) + "_DATABASE_";
            environment.put(variable + "URL", databaseUrl(service, ""));
            environment.put(variable + "OWNER_URL", databaseUrl(service, "_owner"));
        }
        environment.put("TROLLEYBUS_PROVIDER_URL", "http://" + NodeNetwork.ROUTER + ':' + ports.provider());
        start(
                node,
                List.of("node", "--services=" + service, "--name=" + node),
                network.inside(node, List.of()),
                environment);
    }

    private static String serviceOf(String node) {
        return node.substring(0, node.lastIndexOf('-'));
    }

    private String databaseUrl(String service, String suffix) {
        String database = Databases.nameOf(service);
        String role = database + suffix;
        return "postgresql://" + role + ':' + databases().passwordOf(role) + '@' + NodeNetwork.ROUTER + ':'
                + ports.postgres() + '/' + database;
    }

    private Map<String, String> toJoin(String node) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "TROLLEYBUS_CLUSTER_HOST",
                network.address(node),
                "TROLLEYBUS_CLUSTER_SECRET",
                databases().passwordOf("bus"),
                "TROLLEYBUS_CLUSTER_MINIMUM_MEMBERS",
                Integer.toString(NODES.size() / 2 + 1),
                "TROLLEYBUS_NODE_DEVELOPMENT",
                "true"));
        if (oneName) {
            environment.put("TROLLEYBUS_CLUSTER_DNS", NAME);
            environment.put("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + hosts());
        } else {
            environment.put(
                    "TROLLEYBUS_CLUSTER_MEMBERS",
                    NODES.stream().map(network::address).collect(Collectors.joining(",")));
        }
        return environment;
    }

    /** What DNS would say. */
    private Path hosts() {
        try {
            return Files.write(
                    dataDir.resolveSibling("hosts"),
                    NODES.stream()
                            .map(node -> network.address(node) + ' ' + NAME)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(String name, List<String> arguments, List<String> wrapper, Map<String, String> environment) {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(logFile(name).toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TROLLEYBUS_"));
        builder.environment().putAll(environment);
        try {
            // nsenter becomes the program, so this is the node's own process.
            Process process = builder.start();
            processes.put(name, process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path logFile(String name) {
        return logs.resolve(name + ".log");
    }

    private void awaitReady(String node) {
        awaitAnswer(node, management(node, READY));
    }

    private URI management(String node, String path) {
        return URI.create("http://" + network.address(node) + ':' + MANAGEMENT + path);
    }

    /** Whether the node says that it may be sent requests. */
    boolean isReady(String node) {
        return Api.at(management(node, READY)).get(READY).status() == 200;
    }

    private void awaitAnswer(String name, URI address) {
        Api api = Api.at(address).within(Duration.ofSeconds(3));
        await(name + " to be ready")
                .atMost(READY_WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> {
                    assertThat(isRunning(name)).as("%s still runs", name).isTrue();
                    return api.get(address.getPath()).status() == 200;
                });
    }

    boolean isRunning(String name) {
        Process process = processes.get(name);
        return process != null && process.isAlive();
    }

    void kill(String node) {
        Signals.kill(List.of(Objects.requireNonNull(processes.get(node)).pid()));
        await(node + " to end").until(() -> !isRunning(node));
    }

    /** Starts those again that have ended, and returns when they are ready. @return which */
    List<String> startEnded() {
        List<String> ended = NODES.stream().filter(node -> !isRunning(node)).toList();
        ended.forEach(this::start);
        ended.forEach(this::awaitReady);
        return ended;
    }

    NodeNetwork network() {
        return network;
    }

    URI gateway(String node) {
        return URI.create("http://" + network.address(node) + ':' + HTTP);
    }

    @Override
    public List<URI> gateways() {
        return NODES.stream()
                .filter(node -> serviceOf(node).equals("gateway"))
                .map(this::gateway)
                .toList();
    }

    @Override
    public URI management() {
        return URI.create("http://" + network.address(NODES.get(0)) + ':' + MANAGEMENT);
    }

    @Override
    public URI provider() {
        return URI.create("http://127.0.0.1:" + ports.provider());
    }

    @Override
    public Databases databases() {
        return new Databases(dataDir, ports.postgres());
    }

    @Override
    public LogLines log() {
        return new LogLines(NODES.stream().map(this::logFile).toList());
    }

    @Override
    public void crashAndReturn() {
        throw new UnsupportedOperationException("this cluster is for its network only");
    }

    @Override
    public void close() {
        network.heal();
        // The nodes together, and after them what they stand on.
        Process backing = processes.remove(BACKING);
        processes.values().forEach(Process::destroy);
        processes.values().forEach(NetworkedCluster::stop);
        if (backing != null) {
            stop(backing);
        }
        relays.forEach(Relay::close);
        network.close();
        deleteData();
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    private void deleteData() {
        try (Stream<Path> paths = Files.walk(dataDir)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + dataDir, e);
        }
    }
}
