import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How the processes of a cluster are now, as API clients and tests want to know it. */
final class ClusterStatus {
    private static final long BYTES_PER_KIB = 1024;

    private final Path dataDir;
    private final Members members;
    private final Processes processes;

    ClusterStatus(Path dataDir, Members members, Processes processes) {
        this.dataDir = dataDir;
        this.members = members;
        this.processes = processes;
    }

    JsonObject toJson() {
        Member backing = members.backing()
                .orElseThrow(() -> new IllegalStateException("no cluster was started in " + dataDir));
        List<JsonObject> nodes = members.nodes().stream().map(this::of).toList();
        List<String> gateways = nodes.stream()
                .map(node -> node.getString("http"))
                .filter(Objects::nonNull)
                .toList();
        return new JsonObject()
                .put("nodes", new JsonArray(nodes))
                .put("gateways", new JsonArray(gateways))
                .put("provider", Member.url(backing.port()))
                .put("postgres", ofPostgres(backing.postgres()));
    }

    private JsonObject ofPostgres(URI server) {
        return new JsonObject()
                .put("pid", postmasterPid())
                .put("host", server.getHost())
                .put("port", server.getPort());
    }

    private JsonObject of(Member node) {
        return new JsonObject()
                .put("name", node.name())
                .put("pid", node.pid())
                .put("services", new JsonArray(node.services()))
                .put("http", node.apiUrl().orElse(null))
                .put("management", node.managementUrl())
                .put("state", state(node))
                .put("memoryBytes", node.process().map(process -> memoryBytes(process.pid())).orElse(0L));
    }

    private String state(Member node) {
        Optional<ProcessHandle> process = node.process();
        if (process.isEmpty()) {
            return "stopped";
        }
        if (ps("stat", process.get().pid()).startsWith("T")) {
            return "paused";
        }
        return processes.answers(node.readyUrl()) ? "ready" : "unready";
    }

    /** What it has in real memory. */
    private static long memoryBytes(long pid) {
        String kib = ps("rss", pid);
        return kib.isEmpty() ? 0 : Long.parseLong(kib) * BYTES_PER_KIB;
    }

    /** One column of ps, which any Unix has; empty if there is no such process. */
    private static String ps(String column, long pid) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", column + "=", "-p", Long.toString(pid)).start();
            return new String(ps.getInputStream().readAllBytes()).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** 0 if PostgreSQL is not ours, or does not run. */
    private long postmasterPid() {
        try {
            Path file = dataDir.resolve("postgres").resolve("data").resolve("postmaster.pid");
            return Long.parseLong(Files.readAllLines(file).get(0).strip());
        } catch (IOException notRunning) {
            return 0;
        }
    }
}
