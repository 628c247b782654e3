import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts and stops the processes of the cluster whose data lies in one directory. */
final class Cluster {
    private static final Duration READY_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Path dataDir;
    private final Path home;
    private final Members members;
    private final Processes processes;
    private final Certificates certificates;
    private final Environment environment;

    /** @param jar a copy, which no build pulls from under the processes */
    Cluster(Path dataDir, Path jar) throws IOException {
        this.dataDir = dataDir;
        this.home = dataDir.resolve("cluster");
        this.members = new Members(home.resolve("members.json"));
        this.processes = new Processes(jar, home);
        this.certificates = new Certificates(home.resolve("tls"));
        this.environment = new Environment(dataDir, members, certificates);
    }

    /** Starts everything; blocks until every node is ready and the development data is there. */
    void up(Plan plan) throws Exception {
        members.forget();
        claimDataDirectory();
        Files.createDirectories(home);
        certificates.remove();
        if (plan.tls()) {
            say("making certificates");
            certificates.make(plan.names());
        }
        startBacking(plan.postgres());
        FreePorts http = new FreePorts("TROLLEYBUS_HTTP_PORT", 8080);
        FreePorts management = new FreePorts("TROLLEYBUS_MANAGEMENT_PORT", 9081);
        FreePorts memberPorts = new FreePorts("TROLLEYBUS_CLUSTER_PORT", 5701);
        FreePorts busPorts = new FreePorts("TROLLEYBUS_CLUSTER_BUS_PORT", 15701);
        plan.nodes().forEach((name, service) -> {
            int port = List.of(service.split(",")).contains(Plan.GATEWAY) ? http.take() : 0;
            members.put(Member.node(name, service, port, management.take(), memberPorts.take(), busPorts.take()));
        });
        List<String> names = plan.names();
        say("starting " + String.join(", ", names));
        // The first alone, so that the others find a cluster and do not found several.
        begin(members.node(names.get(0)));
        awaitReady(members.node(names.get(0)));
        for (String name : names.subList(1, names.size())) {
            begin(members.node(name));
        }
        for (String name : names) {
            awaitReady(members.node(name));
        }
        say("adding the development operator and catalogue");
        seed(memberPorts.take(), busPorts.take());
    }

    /** A new directory gets the mark by which the program knows its own; it refuses others that are not empty. */
    private void claimDataDirectory() throws IOException {
        Path mark = dataDir.resolve("trolleybus.data");
        if (Files.exists(mark)) {
            return;
        }
        var ownerOnly = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(dataDir, PosixFilePermissions.asFileAttribute(ownerOnly));
        try (Stream<Path> entries = Files.list(dataDir)) {
            if (entries.findAny().isPresent()) {
                throw new IllegalStateException(dataDir + " is not a Trolleybus data directory and not empty");
            }
        }
        Files.setPosixFilePermissions(dataDir, ownerOnly);
        Files.createFile(mark);
    }

    private void startBacking(String postgresUrl) throws Exception {
        int port = new FreePorts("TROLLEYBUS_PROVIDER_PORT", 8090).take();
        URI postgres = postgresUrl == null
                ? URI.create("postgresql://" + Member.HOST + ':'
                        + new FreePorts("TROLLEYBUS_POSTGRES_PORT", 54329).take())
                : PostgresUrl.server(postgresUrl);
        say(postgresUrl == null
                ? "starting PostgreSQL and the payment provider"
                : "making databases on " + postgres.getHost() + ", starting the payment provider");
        Member backing = Member.backing(port, postgres);
        begin(backing, List.of(Member.BACKING), environment.ofBacking(backing, postgresUrl));
        awaitReady(members.backing().orElseThrow());
    }

    private void begin(Member node) throws IOException {
        begin(
                node,
                List.of("node", "--services=" + node.service(), "--name=" + node.name()),
                environment.ofNode(node));
    }

    private void begin(Member member, List<String> arguments, Map<String, String> variables) throws IOException {
        Process process = processes.start(member.name(), arguments, variables);
        members.put(member.startedAs(process.toHandle(), Environment.speaksHttps(variables)));
        members.save();
    }

    private void awaitReady(Member member) throws InterruptedException {
        processes.awaitAnswer(member, member.readyUrl(), READY_LIMIT);
    }

    private void seed(int memberPort, int busPort) throws Exception {
        Process seed =
                processes.start("seed", List.of("seed-development"), environment.toJoin(Certificates.SEED, memberPort, busPort));
        if (!seed.waitFor(READY_LIMIT.toSeconds(), TimeUnit.SECONDS) || seed.exitValue() != 0) {
            seed.destroyForcibly();
            throw new IllegalStateException("could not add the development data; see " + processes.log("seed"));
        }
    }

    void kill(String name) throws Exception {
        ProcessHandle process = running(name);
        Processes.signal(process, "KILL");
        process.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    void pause(String name) throws IOException, InterruptedException {
        Processes.signal(running(name), "STOP");
    }

    void resume(String name) throws IOException, InterruptedException {
        Processes.signal(running(name), "CONT");
    }

    private ProcessHandle running(String name) {
        return members.node(name)
                .process()
                .orElseThrow(() -> new IllegalStateException(name + " does not run"));
    }

    void stop(String name) throws IOException, InterruptedException {
        Processes.stop(List.of(members.node(name)), STOP_LIMIT);
    }

    void start(String name) throws Exception {
        Member node = members.node(name);
        if (node.process().isPresent()) {
            throw new IllegalStateException(name + " runs already");
        }
        long startedNs = System.nanoTime();
        begin(node);
        awaitReady(members.node(name));
        say("%s was ready after %.1f s".formatted(name, (System.nanoTime() - startedNs) / 1e9));
    }

    void roll() throws Exception {
        for (Member node : members.nodes()) {
            say("rolling " + node.name());
            stop(node.name());
            start(node.name());
        }
    }

    void down() throws IOException, InterruptedException {
        Processes.stop(members.nodes(), STOP_LIMIT);
        Processes.stop(members.backing().stream().toList(), STOP_LIMIT);
        members.forget();
    }

    JsonObject status() {
        return new ClusterStatus(dataDir, members, processes).toJson();
    }

    private static void say(String line) {
        System.err.println("cluster: " + line);
    }
}
