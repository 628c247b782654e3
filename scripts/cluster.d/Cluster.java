import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The cluster whose data lies in one directory: what was started, and how it is now. */
final class Cluster {
    private static final Duration READY_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final String HOST = "127.0.0.1";
    private static final Path JAR = Path.of("verticles/launcher/target/trolleybus.jar");

    private final Path dataDir;
    private final Path home;
    private final Path stateFile;
    private final Path jarCopy;
    private final Processes processes;
    private final Map<String, Member> members = new LinkedHashMap<>();

    Cluster(Path dataDir) throws IOException {
        this.dataDir = dataDir;
        this.home = dataDir.resolve("cluster");
        this.stateFile = home.resolve("members.json");
        this.jarCopy = home.resolve("trolleybus.jar");
        this.processes = new Processes(jarCopy, home);
        if (Files.exists(stateFile)) {
            JsonArray stored = new JsonArray(Files.readString(stateFile));
            for (int i = 0; i < stored.size(); i++) {
                Member member = Member.of(stored.getJsonObject(i));
                members.put(member.name(), member);
            }
        }
    }

    /** Starts everything; blocks until every node is ready and the development data is there. */
    void up(Plan plan) throws Exception {
        List<String> alive = members.values().stream()
                .filter(member -> member.process().isPresent())
                .map(Member::name)
                .toList();
        if (!alive.isEmpty()) {
            throw new IllegalStateException("still running here: " + String.join(", ", alive)
                    + "; scripts/cluster down stops them");
        }
        claimDataDirectory();
        Files.createDirectories(home);
        Files.copy(JAR, jarCopy, StandardCopyOption.REPLACE_EXISTING);
        members.clear();
        int firstPostgres = new FreePorts("TROLLEYBUS_POSTGRES_PORT", 54329).take();
        int provider = new FreePorts("TROLLEYBUS_PROVIDER_PORT", 8090).take();
        say("starting PostgreSQL and the payment provider");
        begin(new Member(Member.BACKING, Member.BACKING, provider, firstPostgres, 0, 0, 0, 0));
        awaitReady(Member.BACKING);
        FreePorts http = new FreePorts("TROLLEYBUS_HTTP_PORT", 8080);
        FreePorts management = new FreePorts("TROLLEYBUS_MANAGEMENT_PORT", 9081);
        FreePorts memberPorts = new FreePorts("TROLLEYBUS_CLUSTER_PORT", 5701);
        FreePorts busPorts = new FreePorts("TROLLEYBUS_CLUSTER_BUS_PORT", 15701);
        plan.nodes().forEach((name, service) -> {
            int port = service.equals("gateway") ? http.take() : 0;
            members.put(
                    name,
                    new Member(name, service, port, management.take(), memberPorts.take(), busPorts.take(), 0, 0));
        });
        List<String> names = plan.names();
        say("starting " + String.join(", ", names));
        // The first alone, so that the others find a cluster and do not found several.
        begin(members.get(names.get(0)));
        awaitReady(names.get(0));
        for (String name : names.subList(1, names.size())) {
            begin(members.get(name));
        }
        for (String name : names) {
            awaitReady(name);
        }
        say("adding the development operator and catalogue");
        seed(memberPorts.take(), busPorts.take());
    }

    /** A new directory gets the mark by which the program knows its own; it refuses others that are not empty. */
    private void claimDataDirectory() throws IOException {
        Path mark = dataDir.resolve("trolleybus.data");
        if (!Files.exists(dataDir)) {
            Files.createDirectories(
                    dataDir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.createFile(mark);
        } else if (!Files.exists(mark)) {
            throw new IllegalStateException(dataDir + " is not a Trolleybus data directory");
        }
    }

    private void begin(Member member) throws IOException {
        boolean backing = member.service().equals(Member.BACKING);
        List<String> arguments = backing
                ? List.of(Member.BACKING)
                : List.of("node", "--services=" + member.service(), "--name=" + member.name());
        Process process = processes.start(
                member.name(), arguments, backing ? environmentOfBacking(member) : environmentOf(member));
        members.put(member.name(), member.startedAs(process.toHandle()));
        save();
    }

    private Map<String, String> environmentOfBacking(Member member) {
        return Map.of(
                "TROLLEYBUS_DATA_DIR", dataDir.toString(),
                "TROLLEYBUS_PROVIDER_PORT", Integer.toString(member.port()),
                "TROLLEYBUS_POSTGRES_PORT", Integer.toString(member.management()));
    }

    private Map<String, String> environmentOf(Member member) throws IOException {
        Map<String, String> environment = new HashMap<>(toJoin(member.memberPort(), member.busPort()));
        environment.put("TROLLEYBUS_MANAGEMENT_PORT", Integer.toString(member.management()));
        if (member.port() != 0) {
            environment.put("TROLLEYBUS_HTTP_PORT", Integer.toString(member.port()));
        }
        if (!member.service().equals("gateway")) {
            String variable = "TROLLEYBUS_" + member.service().toUpperCase(java.util.Locale.ROOT) + "_DATABASE_";
            String database = "trolleybus_" + member.service();
            environment.put(variable + "URL", databaseUrl(database, database));
            environment.put(variable + "OWNER_URL", databaseUrl(database, database + "_owner"));
        }
        if (member.service().equals("payment")) {
            environment.put("TROLLEYBUS_PROVIDER_URL", providerUrl());
        }
        return environment;
    }

    private Map<String, String> toJoin(int memberPort, int busPort) throws IOException {
        return Map.of(
                "TROLLEYBUS_CLUSTER_PORT",
                Integer.toString(memberPort),
                "TROLLEYBUS_CLUSTER_BUS_PORT",
                Integer.toString(busPort),
                "TROLLEYBUS_CLUSTER_MEMBERS",
                nodes().stream().map(node -> HOST + ':' + node.memberPort()).collect(Collectors.joining(",")),
                "TROLLEYBUS_CLUSTER_SECRET",
                secret("bus"));
    }

    private String databaseUrl(String database, String role) throws IOException {
        return "postgresql://" + role + ':' + secret(role) + '@' + HOST + ':'
                + members.get(Member.BACKING).management() + '/' + database;
    }

    private String secret(String name) throws IOException {
        return Files.readString(dataDir.resolve("secrets").resolve(name)).strip();
    }

    private void seed(int memberPort, int busPort) throws Exception {
        Process seed = processes.start("seed", List.of("seed-development"), toJoin(memberPort, busPort));
        if (!seed.waitFor(READY_LIMIT.toSeconds(), TimeUnit.SECONDS) || seed.exitValue() != 0) {
            seed.destroyForcibly();
            throw new IllegalStateException("could not add the development data; see " + processes.log("seed"));
        }
    }

    private void awaitReady(String name) throws InterruptedException {
        Member member = members.get(name);
        String url = name.equals(Member.BACKING) ? providerUrl() + "/ledger" : managementUrl(member) + "/health/ready";
        processes.awaitAnswer(member, url, READY_LIMIT);
    }

    void signal(String name, String signal) throws Exception {
        ProcessHandle process = node(name)
                .process()
                .orElseThrow(() -> new IllegalStateException(name + " does not run"));
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("could not send " + signal + " to " + name);
        }
        if (signal.equals("KILL")) {
            process.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    void stop(String name) {
        Processes.stop(node(name), STOP_LIMIT);
    }

    void start(String name) throws Exception {
        Member node = node(name);
        if (node.process().isPresent()) {
            throw new IllegalStateException(name + " runs already");
        }
        begin(node);
        awaitReady(name);
    }

    void roll() throws Exception {
        // A build may have made another jar since; processes that run keep the file they opened.
        Path next = jarCopy.resolveSibling("next.jar");
        Files.copy(JAR, next, StandardCopyOption.REPLACE_EXISTING);
        Files.move(next, jarCopy, StandardCopyOption.REPLACE_EXISTING);
        for (Member node : nodes()) {
            say("rolling " + node.name());
            stop(node.name());
            start(node.name());
        }
    }

    void down() throws IOException {
        List<Member> last = nodes();
        last.forEach(node -> node.process().ifPresent(process -> {
            resumeIfPaused(process);
            process.destroy();
        }));
        last.forEach(node -> Processes.stop(node, STOP_LIMIT));
        Optional.ofNullable(members.get(Member.BACKING)).ifPresent(backing -> Processes.stop(backing, STOP_LIMIT));
        Files.deleteIfExists(stateFile);
    }

    /** A process that is paused takes no SIGTERM. */
    private static void resumeIfPaused(ProcessHandle process) {
        try {
            new ProcessBuilder("kill", "-CONT", Long.toString(process.pid())).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("could not resume process " + process.pid(), e);
        }
    }

    /** What API clients and tests go by. */
    JsonObject status() {
        Member backing = members.get(Member.BACKING);
        if (backing == null) {
            throw new IllegalStateException("no cluster was started in " + dataDir);
        }
        List<JsonObject> nodes = nodes().stream().map(this::status).toList();
        List<String> gateways = nodes.stream()
                .map(node -> node.getString("http"))
                .filter(url -> url != null)
                .toList();
        return new JsonObject()
                .put("nodes", new JsonArray(nodes))
                .put("gateways", new JsonArray(gateways))
                .put("provider", providerUrl())
                .put(
                        "postgres",
                        new JsonObject().put("pid", postmasterPid()).put("port", backing.management()));
    }

    private JsonObject status(Member node) {
        return new JsonObject()
                .put("name", node.name())
                .put("pid", node.pid())
                .put("services", new JsonArray(List.of(node.service())))
                .put("http", node.port() == 0 ? null : "http://" + HOST + ':' + node.port())
                .put("management", managementUrl(node))
                .put("state", state(node));
    }

    private String state(Member node) {
        Optional<ProcessHandle> process = node.process();
        if (process.isEmpty()) {
            return "stopped";
        }
        if (isPaused(process.get().pid())) {
            return "paused";
        }
        return processes.answers(managementUrl(node) + "/health/ready") ? "ready" : "unready";
    }

    /** As ps tells it, on any Unix. */
    private static boolean isPaused(long pid) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "stat=", "-p", Long.toString(pid)).start();
            return new String(ps.getInputStream().readAllBytes()).strip().startsWith("T");
        } catch (IOException e) {
            return false;
        }
    }

    private long postmasterPid() {
        try {
            Path file = dataDir.resolve("postgres").resolve("data").resolve("postmaster.pid");
            return Long.parseLong(Files.readAllLines(file).get(0).strip());
        } catch (IOException notRunning) {
            return 0;
        }
    }

    private String providerUrl() {
        return "http://" + HOST + ':' + members.get(Member.BACKING).port();
    }

    private static String managementUrl(Member node) {
        return "http://" + HOST + ':' + node.management();
    }

    private Member node(String name) {
        Member node = members.get(name);
        if (node == null || name.equals(Member.BACKING)) {
            throw new IllegalArgumentException("there is no node " + name);
        }
        return node;
    }

    private List<Member> nodes() {
        List<Member> nodes = new ArrayList<>(members.values());
        nodes.removeIf(member -> member.service().equals(Member.BACKING));
        return nodes;
    }

    private void save() throws IOException {
        JsonArray stored = new JsonArray(members.values().stream().map(Member::toJson).toList());
        Path next = stateFile.resolveSibling("members.json.new");
        Files.writeString(next, stored.encodePrettily());
        Files.move(next, stateFile, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void say(String line) {
        System.err.println("cluster: " + line);
    }
}
