import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Plays the two sides in turn on one server: the yardstick, then the platform, each after a short unmeasured round. */
final class Match {
    private static final int WARM_UP_CONNECTIONS = 8;
    private static final int WARM_UP_SLICE_SECONDS = 5;
    private static final int WARM_UP_FULL_SECONDS = 60;
    /** The rate counts as flat when slices gain less than this over the mean of the two before them. */
    private static final double FLAT_GAIN = 0.03;

    /** So many in a row, since one may be slow by chance. Three JVMs get warm far later than one does. */
    private static final int FLAT_SLICES = 2;

    private static final long REST_POLL_MS = 500;
    private static final long REST_LIMIT_MS = 30_000;
    /** Of one core, in JVM and PostgreSQL together. */
    private static final double REST_SHARE = 0.15;
    /** A backend tells its counts at the latest 10 s after it fell idle. */
    private static final long STATISTICS_DELAY_MS = 11_000;

    private final Options options;
    private final Platform platform;
    private final Server server;
    private final Shop shop;
    private final Wrk wrk;
    private final Pgbench pgbench;
    private final Consumer<String> progress;
    private final long postmasterPid;
    private long placed;
    private long cutOff;
    private long loadEndedMs;

    Match(
            Options options,
            Platform platform,
            Server server,
            Shop shop,
            Wrk wrk,
            Pgbench pgbench,
            Consumer<String> progress)
            throws Exception {
        this.options = options;
        this.platform = platform;
        this.server = server;
        this.shop = shop;
        this.wrk = wrk;
        this.pgbench = pgbench;
        this.progress = progress;
        this.postmasterPid = server.postmasterPid();
    }

    /** All orders that wrk saw confirmed, warm-up included. */
    long confirmedSeen() {
        return placed;
    }

    /** How many more there may be: wrk hangs up on what is in flight when its time is over. */
    long cutOffAtMost() {
        return cutOff;
    }

    /** Few connections first: a JVM that is flooded while cold stays half-compiled for long. */
    void warmUp() throws Exception {
        warmUp(WARM_UP_CONNECTIONS, options.warmUpSeconds());
        warmUp(options.connections(), Math.min(WARM_UP_FULL_SECONDS, options.warmUpSeconds()));
    }

    private void warmUp(int connections, int limitSeconds) throws Exception {
        double previous = 0;
        double last = 0;
        int flat = 0;
        for (int spent = 0; spent < limitSeconds; spent += WARM_UP_SLICE_SECONDS) {
            double rate = place(connections, WARM_UP_SLICE_SECONDS).perSecond();
            progress.accept(String.format("warm-up, %d connections: %,.0f orders/s", connections, rate));
            boolean gained = previous == 0 || rate >= (1 + FLAT_GAIN) * (previous + last) / 2;
            flat = gained ? 0 : flat + 1;
            if (flat == FLAT_SLICES) {
                return;
            }
            previous = last;
            last = rate;
        }
        progress.accept("warm-up ended by its limit, not because the rate was flat");
    }

    Round play() throws Exception {
        server.checkpoint();
        pgbench.ordersPerSecond(options.leadInSeconds());
        double yardstick = pgbench.ordersPerSecond(options.seconds());
        progress.accept(String.format("yardstick: %,.0f orders/s", yardstick));
        Round round = playPlatform(yardstick);
        progress.accept(String.format(
                "platform:  %,.0f orders/s, ratio %.2f", round.orders().perSecond(), round.ratio()));
        return round;
    }

    private Round playPlatform(double yardstick) throws Exception {
        server.checkpoint();
        Server.Activity activityBefore = activity();
        Wrk.Result leadIn = place(options.connections(), options.leadInSeconds());

        BatchSizes batchesBefore = batches();
        long walBefore = server.walBytes();
        Cpu cpuBefore = cpu();
        Wrk.Result orders = place(options.connections(), options.seconds());
        Cpu cpu = cpu().since(cpuBefore);
        long wal = server.walBytes() - walBefore;
        Map<String, Double> batchSizes = batches().meansSince(batchesBefore);

        Cpu cpuAtEnd = cpu();
        awaitRest();
        double restSeconds = (nowMs() - loadEndedMs) / 1e3;
        Cpu deferred = cpu().since(cpuAtEnd);
        return new Round(
                yardstick,
                orders,
                perOrder(cpu, orders.confirmed()),
                (double) (deferred.jvmMicros() + deferred.postgresMicros()) / orders.confirmed(),
                restSeconds,
                (double) wal / orders.confirmed(),
                batchSizes,
                activity().since(activityBefore),
                leadIn.confirmed() + orders.confirmed());
    }

    private Wrk.Result place(int connections, int seconds) throws Exception {
        shop.keepTokensFor(seconds);
        Wrk.Result result = wrk.placeOrders(connections, seconds);
        loadEndedMs = nowMs();
        placed += result.confirmed();
        cutOff += connections;
        if (result.confirmed() == 0) {
            throw new IllegalStateException("no order was confirmed: " + result);
        }
        return result;
    }

    /** Work put off until after the window would flatter the rate, so it is waited for, and told. */
    private void awaitRest() throws InterruptedException {
        long limit = nowMs() + REST_LIMIT_MS;
        double share = 1;
        while (share > REST_SHARE && nowMs() < limit) {
            Cpu before = cpu();
            Thread.sleep(REST_POLL_MS);
            Cpu used = cpu().since(before);
            share = (used.jvmMicros() + used.postgresMicros()) / (REST_POLL_MS * 1e3);
        }
    }

    private Server.Activity activity() throws Exception {
        Thread.sleep(Math.max(0, loadEndedMs + STATISTICS_DELAY_MS - nowMs()));
        return server.activity();
    }

    private Cpu cpu() {
        return Cpu.now(platform.pids(), postmasterPid);
    }

    private BatchSizes batches() {
        return BatchSizes.read(platform.managements().stream()
                .map(management -> management.text("/metrics"))
                .collect(Collectors.joining("\n")));
    }

    private static Map<String, Double> perOrder(Cpu cpu, long orders) {
        Map<String, Double> micros = new TreeMap<>();
        micros.put("jvm", (double) cpu.jvmMicros() / orders);
        micros.put("postgres", (double) cpu.postgresMicros() / orders);
        micros.put("wrk", (double) cpu.toolsMicros() / orders);
        return micros;
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
