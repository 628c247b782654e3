import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One process of the cluster as it was started.
 *
 * @param service what it runs, several separated by commas; {@code backing-services} for PostgreSQL and the provider
 * @param port of HTTP, or of the provider; 0 if it has none
 * @param management port of health and metrics; 0 if it has none
 * @param memberPort of Hazelcast, and {@code busPort} of the event bus; 0 if it does not join
 * @param postgres of the backing services: where PostgreSQL listens, as {@code postgresql://host:port}
 * @param https whether its port speaks that
 * @param pid and {@code startedMs}: the process, which is another if it started at another time
 */
record Member(
        String name,
        String service,
        int port,
        int management,
        int memberPort,
        int busPort,
        URI postgres,
        boolean https,
        long pid,
        long startedMs) {
    static final String BACKING = "backing-services";
    static final String HOST = "127.0.0.1";

    /** The system counts from its boot, and moves that when the clock is set; a pid does not return so soon. */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(10);

    private static final URI NO_POSTGRES = URI.create("");

    /** PostgreSQL and the provider, not started yet. */
    static Member backing(int provider, URI postgres) {
        return new Member(BACKING, BACKING, provider, 0, 0, 0, postgres, false, 0, 0);
    }

    /** A node, not started yet. */
    static Member node(String name, String service, int port, int management, int memberPort, int busPort) {
        return new Member(name, service, port, management, memberPort, busPort, NO_POSTGRES, false, 0, 0);
    }

    Member startedAs(ProcessHandle process, boolean speaksHttps) {
        return new Member(
                name,
                service,
                port,
                management,
                memberPort,
                busPort,
                postgres,
                speaksHttps,
                process.pid(),
                startedMsOf(process));
    }

    List<String> services() {
        return List.of(service.split(","));
    }

    private static long startedMsOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** The process, unless it has ended. */
    Optional<ProcessHandle> process() {
        return holder().filter(process -> Math.abs(startedMsOf(process) - startedMs) <= START_TOLERANCE.toMillis());
    }

    /** Whether it runs, or a process has its pid of which it is not known whose it is. */
    boolean mayRun() {
        return holder().filter(process ->
                        process().isPresent() || process.info().commandLine().orElse("trolleybus").contains("trolleybus"))
                .isPresent();
    }

    private Optional<ProcessHandle> holder() {
        return pid == 0 ? Optional.empty() : ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    }

    /** Where it says whether it is ready. */
    String readyUrl() {
        return service.equals(BACKING) ? url(port) + "/ledger" : managementUrl() + "/health/ready";
    }

    String managementUrl() {
        return url(management);
    }

    /** Where its API is, if it has one. */
    Optional<String> apiUrl() {
        return port == 0 ? Optional.empty() : Optional.of((https ? "https://" : "http://") + HOST + ':' + port);
    }

    static String url(int port) {
        return "http://" + HOST + ':' + port;
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("name", name)
                .put("service", service)
                .put("port", port)
                .put("management", management)
                .put("memberPort", memberPort)
                .put("busPort", busPort)
                .put("postgres", postgres.toString())
                .put("https", https)
                .put("pid", pid)
                .put("startedMs", startedMs);
    }

    static Member of(JsonObject json) {
        return new Member(
                json.getString("name"),
                json.getString("service"),
                json.getInteger("port"),
                json.getInteger("management"),
                json.getInteger("memberPort"),
                json.getInteger("busPort"),
                URI.create(json.getString("postgres", "")),
                json.getBoolean("https", false),
                json.getLong("pid"),
                json.getLong("startedMs"));
    }
}
