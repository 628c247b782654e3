import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** Everything in one process, started as a user starts it. */
final class AllInOne implements Platform {
    private static final Duration READY_LIMIT = Duration.ofSeconds(120);
    private static final Duration READY_POLL = Duration.ofMillis(200);

    private final Place place;
    private final List<Integer> ports;
    private final Process process;

    private AllInOne(Place place, List<Integer> ports, Process process) {
        this.place = place;
        this.ports = ports;
        this.process = process;
    }

    static AllInOne start(Children children) throws IOException {
        Place place = Place.fresh();
        List<Integer> ports = FreePorts.take(4);
        ProcessBuilder builder = new ProcessBuilder("scripts/run");
        builder.environment().put("TROLLEYBUS_DATA_DIR", place.dataDir().toString());
        builder.environment().put("TROLLEYBUS_HTTP_PORT", ports.get(0).toString());
        builder.environment().put("TROLLEYBUS_MANAGEMENT_PORT", ports.get(1).toString());
        builder.environment().put("TROLLEYBUS_PROVIDER_PORT", ports.get(2).toString());
        builder.environment().put("TROLLEYBUS_POSTGRES_PORT", ports.get(3).toString());
        builder.redirectErrorStream(true).redirectOutput(place.log().toFile());
        return new AllInOne(place, ports, children.start(builder));
    }

    @Override
    public void awaitReady() throws InterruptedException {
        Api management = managements().get(0);
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (!isReady(management)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the platform did not become ready; its last lines:\n" + place.logTail());
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

    @Override
    public List<Long> pids() {
        return List.of(process.pid());
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public String httpUrl() {
        return "http://127.0.0.1:" + ports.get(0);
    }

    @Override
    public List<Api> managements() {
        return List.of(new Api("http://127.0.0.1:" + ports.get(1)));
    }

    @Override
    public Api provider() {
        return new Api("http://127.0.0.1:" + ports.get(2));
    }

    @Override
    public int postgresPort() {
        return ports.get(3);
    }

    @Override
    public String description() {
        return "all in one process";
    }

    /** The process itself is one of the children that are stopped before. */
    @Override
    public void clean() {
        place.clean();
    }
}
