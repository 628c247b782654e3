import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs wrk with place-order.lua and reads what that prints at its end. */
final class Wrk {
    private static final int THREADS = 2;
    /** Longer than the orders' {@code Prefer: wait=10}. */
    private static final int ANSWER_LIMIT_SECONDS = 15;

    private static final Duration START_AND_STOP = Duration.ofSeconds(20);

    private final Children children;
    private final Path program;
    private final Path script;
    private final String url;
    private final Path tokens;
    private final String run;
    private final int products;
    private int started;

    Wrk(Children children, Path program, Path script, String url, Path tokens, String run, int products) {
        this.children = children;
        this.program = program;
        this.script = script;
        this.url = url;
        this.tokens = tokens;
        this.run = run;
        this.products = products;
    }

    /**
     * @param confirmed answers 201 whose body says CONFIRMED
     * @param other all other answers, by status; a 201 here is an order that did not end as confirmed in time
     * @param sample the first of the others, empty if there was none
     */
    record Result(
            long confirmed,
            double seconds,
            double p50Ms,
            double p99Ms,
            long socketErrors,
            Map<String, Long> other,
            String sample) {
        double perSecond() {
            return confirmed / seconds;
        }

        boolean isClean() {
            return socketErrors == 0 && other.isEmpty();
        }
    }

    Result placeOrders(int connections, int seconds) {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                program.toString(),
                "--threads",
                Integer.toString(THREADS),
                "--connections",
                Integer.toString(connections),
                "--duration",
                seconds + "s",
                "--timeout",
                ANSWER_LIMIT_SECONDS + "s",
                "--script",
                script.toString(),
                url));
        builder.environment().put("BENCH_HOST", URI.create(url).getAuthority());
        builder.environment().put("BENCH_TOKENS", tokens.toString());
        builder.environment().put("BENCH_PRODUCTS", Integer.toString(products));
        // Each start counts its keys from 1 again, so each gets a prefix of its own.
        builder.environment().put("BENCH_RUN", run + "-" + ++started);
        return parse(children.output(builder, START_AND_STOP.plusSeconds(seconds)));
    }

    private static Result parse(String output) {
        Map<String, String> values = new TreeMap<>();
        Map<String, Long> other = new TreeMap<>();
        for (String line : output.split("\n")) {
            String[] parts = line.split(" ", 2);
            if (line.startsWith("bench.other.")) {
                other.put(parts[0].substring("bench.other.".length()), Long.valueOf(parts[1]));
            } else if (line.startsWith("bench.")) {
                values.put(parts[0].substring("bench.".length()), parts[1]);
            }
        }
        if (!values.containsKey("socket_errors")) {
            throw new IllegalStateException("wrk did not finish:\n" + output);
        }
        return new Result(
                Long.parseLong(values.get("confirmed")),
                Double.parseDouble(values.get("microseconds")) / 1e6,
                Double.parseDouble(values.get("p50_us")) / 1e3,
                Double.parseDouble(values.get("p99_us")) / 1e3,
                Long.parseLong(values.get("socket_errors")),
                other,
                values.getOrDefault("sample", ""));
    }
}
