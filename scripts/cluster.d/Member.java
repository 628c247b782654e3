import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * One process of the cluster as it was started.
 *
 * @param service what it runs; {@code backing-services} for PostgreSQL and the provider
 * @param port of HTTP, or of the provider; 0 if it has none
 * @param management port of health and metrics, or of PostgreSQL
 * @param memberPort of Hazelcast, and {@code busPort} of the event bus; 0 if it does not join
 * @param pid and {@code startedMs}: the process, which is another if it started at another time
 */
record Member(
        String name,
        String service,
        int port,
        int management,
        int memberPort,
        int busPort,
        long pid,
        long startedMs) {
    static final String BACKING = "backing-services";

    Member startedAs(ProcessHandle process) {
        return new Member(
                name, service, port, management, memberPort, busPort, process.pid(), startedMsOf(process));
    }

    private static long startedMsOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** The process, unless it has ended. */
    Optional<ProcessHandle> process() {
        return pid == 0
                ? Optional.empty()
                : ProcessHandle.of(pid)
                        .filter(ProcessHandle::isAlive)
                        .filter(process -> startedMsOf(process) == startedMs);
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("name", name)
                .put("service", service)
                .put("port", port)
                .put("management", management)
                .put("memberPort", memberPort)
                .put("busPort", busPort)
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
                json.getLong("pid"),
                json.getLong("startedMs"));
    }
}
