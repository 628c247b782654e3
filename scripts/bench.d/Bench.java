import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Confirmed orders per second, HTTP in to {@code OrderConfirmed} committed, next to the yardstick on the same server.
 * Exits with 0 when the figures may be believed, 1 when not, 2 for a wrong command line.
 */
public final class Bench {
    private static final Path SCRIPTS = Path.of(System.getProperty("bench.scripts"));
    private static final long STARTED_MS = System.currentTimeMillis();

    private final Options options;
    private final Children children;
    private final Platform platform;
    private final String run = UUID.randomUUID().toString().substring(0, 8);

    private Bench(Options options, Children children, Platform platform) {
        this.options = options;
        this.children = children;
        this.platform = platform;
    }

    public static void main(String[] args) {
        if (List.of(args).contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        try {
            System.exit(run(Options.parse(args)) ? 0 : 1);
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
        } catch (Exception e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
    }

    private static boolean run(Options options) throws Exception {
        Children children = new Children();
        Platform platform = Platform.start(options.processes(), children);
        // A hook, so that Ctrl-C and SIGTERM leave nothing behind either.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            children.stopAll();
            platform.clean();
        }));
        return new Bench(options, children, platform).run();
    }

    private boolean run() throws Exception {
        progress("starting the platform, its data in " + platform.place().dataDir());
        platform.awaitReady();
        String password = platform.place().superuserPassword();
        Server server = new Server(platform.postgresPort(), password);
        server.assertDurable(platform.place().dataDir());
        server.createYardstick(SCRIPTS.resolve("yardstick-schema.sql"));
        server.assertDurable(platform.place().dataDir());

        Path tokens = platform.place().tokens();
        Shop shop = new Shop(new Api(platform.httpUrl()), run, options.customers(), tokens);
        progress(String.format("creating %,d products", options.products()));
        shop.createProducts(options.products());
        progress("registering " + options.customers() + " customers");
        shop.registerCustomers();

        Match match = new Match(options, platform, server, shop, wrk(tokens), pgbench(password), Bench::progress);
        match.warmUp();
        List<Round> rounds = new ArrayList<>();
        for (int i = 1; i <= options.rounds(); i++) {
            progress("round " + i + " of " + options.rounds());
            rounds.add(match.play());
        }
        server.assertDurable(platform.place().dataDir());
        progress("counting the confirmed orders and the provider's captures");
        return report(new Report(environment(server), rounds, objections(match, rounds, shop)));
    }

    private Wrk wrk(Path tokens) {
        Path program = Path.of(System.getProperty("bench.wrk"));
        Path script = SCRIPTS.resolve("place-order.lua");
        return new Wrk(children, program, script, platform.httpUrl(), tokens, run, options.products());
    }

    private Pgbench pgbench(String password) {
        Path program = Path.of(System.getProperty("bench.pgbench"));
        return new Pgbench(children, program, SCRIPTS.resolve("yardstick.sql"), platform.postgresPort(), password);
    }

    /** What wrk saw must be what is stored and what was captured, but for the orders in flight when it hung up. */
    private List<String> objections(Match match, List<Round> rounds, Shop shop) {
        List<String> objections = new ArrayList<>();
        rounds.stream()
                .map(Round::orders)
                .filter(orders -> !orders.isClean())
                .forEach(orders -> objections.add("answers other than a confirmed order: " + orders.other()
                        + ", socket errors: " + orders.socketErrors() + ", the first: " + orders.sample()));
        expectBetween("orders stored as CONFIRMED", shop.confirmedOrders(), match, objections);
        expectBetween("payments captured by the provider", captures(), match, objections);
        return objections;
    }

    private static void expectBetween(String what, long found, Match match, List<String> objections) {
        long least = match.confirmedSeen();
        long most = least + match.cutOffAtMost();
        progress(String.format("%s: %,d; wrk saw %,d", what, found, least));
        if (found < least || found > most) {
            objections.add(String.format("%s: %,d, not between %,d and %,d", what, found, least, most));
        }
    }

    /** Counted in the text: as objects, a ledger of a long run would not fit. */
    private long captures() {
        return Pattern.compile("\"paymentId\"")
                .matcher(platform.provider().text("/ledger"))
                .results()
                .count();
    }

    private boolean report(Report report) throws Exception {
        System.out.print(report.table());
        if (options.json().isPresent()) {
            Files.writeString(options.json().get(), report.json().encodePrettily() + "\n");
        }
        return report.isValid();
    }

    private Map<String, String> environment(Server server) throws Exception {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("platform", platform.description());
        environment.put("date", Instant.now().toString());
        environment.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        environment.put("java", System.getProperty("java.runtime.version"));
        environment.put("postgres", server.version() + ", fsync, full_page_writes and synchronous_commit on");
        environment.put(
                "load",
                options.connections() + " connections, " + options.seconds() + " s a round; pgbench -c 32"
                        + " -j 2 -M prepared");
        return environment;
    }

    private static void progress(String message) {
        System.err.printf("[%5.1f s] %s%n", (System.currentTimeMillis() - STARTED_MS) / 1e3, message);
    }
}
