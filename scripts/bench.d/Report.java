import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The rounds and their medians, for people and as JSON. */
final class Report {
    /** Every figure of a round that has a column; the names are those of the JSON. */
    private enum Figure {
        ORDERS("ordersPerSecond", "orders/s", "%,.0f", round -> round.orders().perSecond()),
        YARDSTICK("yardstickPerSecond", "yardstick/s", "%,.0f", Round::yardstick),
        RATIO("ratio", "ratio", "%.2f", Round::ratio),
        P50("p50Ms", "p50 ms", "%.1f", round -> round.orders().p50Ms()),
        P99("p99Ms", "p99 ms", "%.1f", round -> round.orders().p99Ms()),
        JVM("jvmMicrosPerOrder", "jvm µs", "%.0f", round -> round.cpuMicros().get("jvm")),
        POSTGRES("postgresMicrosPerOrder", "postgres µs", "%.0f", round -> round.cpuMicros()
                .get("postgres")),
        WRK("wrkMicrosPerOrder", "wrk µs", "%.0f", round -> round.cpuMicros().get("wrk")),
        DEFERRED("deferredMicrosPerOrder", "deferred µs", "%.0f", Round::deferredMicros),
        ROWS("rowsPerOrder", "rows", "%.1f", Round::rowsPerOrder),
        COMMITS("commitsPerOrder", "commits", "%.3f", Round::commitsPerOrder),
        FSYNCS("walFsyncsPerOrder", "fsyncs", "%.3f", Round::fsyncsPerOrder),
        WAL("walBytesPerOrder", "WAL bytes", "%,.0f", Round::walBytes);

        final String key;
        final String title;
        final String format;
        final ToDoubleFunction<Round> value;

        Figure(String key, String title, String format, ToDoubleFunction<Round> value) {
            this.key = key;
            this.title = title;
            this.format = format;
            this.value = value;
        }

        String show(double number) {
            return String.format(format, number);
        }
    }

    private final Map<String, String> environment;
    private final List<Round> rounds;
    private final List<String> objections;

    /** @param objections why the figures must not be believed; empty if they may be */
    Report(Map<String, String> environment, List<Round> rounds, List<String> objections) {
        this.environment = environment;
        this.rounds = rounds;
        this.objections = objections;
    }

    String table() {
        StringBuilder text = new StringBuilder("\n");
        environment.forEach((name, value) -> text.append(String.format("%-12s %s%n", name, value)));
        text.append(String.format("%n%-14s", "per round"));
        for (int i = 1; i <= rounds.size(); i++) {
            text.append(String.format("%10d", i));
        }
        text.append(String.format("%10s%n", "median"));
        for (Figure figure : Figure.values()) {
            text.append(String.format("%-14s", figure.title));
            rounds.forEach(round -> text.append(String.format("%10s", figure.show(figure.value.applyAsDouble(round)))));
            text.append(String.format("%10s%n", figure.show(median(figure.value))));
        }
        text.append("\nCPU, rows, commits, fsyncs and WAL are per confirmed order; deferred is JVM and PostgreSQL after"
                + " the window until at rest.\n");
        text.append(details());
        objections.forEach(
                objection -> text.append("NOT VALID: ").append(objection).append('\n'));
        return text.toString();
    }

    private String details() {
        StringBuilder text = new StringBuilder();
        median(rowsByDatabase())
                .forEach((name, rows) -> text.append(String.format(
                        "  %-12s %6.2f rows %8.4f commits per order%n",
                        name, rows, median(commitsByDatabase()).get(name))));
        median(rounds.stream().map(Round::batchSizes).toList())
                .forEach((name, size) -> text.append(String.format("  mean batch %7.1f  %s%n", size, name)));
        return text.toString();
    }

    boolean isValid() {
        return objections.isEmpty();
    }

    JsonObject json() {
        JsonObject medians = new JsonObject();
        for (Figure figure : Figure.values()) {
            medians.put(figure.key, median(figure.value));
        }
        medians.put("rowsByDatabase", toJson(median(rowsByDatabase())))
                .put("commitsByDatabase", toJson(median(commitsByDatabase())))
                .put(
                        "batchSizes",
                        toJson(median(rounds.stream().map(Round::batchSizes).toList())));
        JsonArray list = new JsonArray();
        rounds.forEach(round -> list.add(json(round)));
        return new JsonObject()
                .put("scenario", "orders")
                .put("environment", toJson(environment))
                .put("valid", isValid())
                .put("objections", new JsonArray(objections))
                .put("medians", medians)
                .put("rounds", list);
    }

    private static JsonObject json(Round round) {
        JsonObject json = new JsonObject();
        for (Figure figure : Figure.values()) {
            json.put(figure.key, figure.value.applyAsDouble(round));
        }
        return json.put("confirmed", round.orders().confirmed())
                .put("seconds", round.orders().seconds())
                .put("otherAnswers", toJson(round.orders().other()))
                .put("socketErrors", round.orders().socketErrors())
                .put("restSeconds", round.restSeconds())
                .put("batchSizes", toJson(round.batchSizes()));
    }

    private List<Map<String, Double>> rowsByDatabase() {
        return rounds.stream()
                .map(round -> perOrder(round.activity().rows(), round))
                .toList();
    }

    private List<Map<String, Double>> commitsByDatabase() {
        return rounds.stream()
                .map(round -> perOrder(round.activity().commits(), round))
                .toList();
    }

    private static Map<String, Double> perOrder(Map<String, Long> counts, Round round) {
        Map<String, Double> result = new TreeMap<>();
        counts.forEach((name, count) -> result.put(name, (double) count / round.activityOrders()));
        return result;
    }

    private double median(ToDoubleFunction<Round> value) {
        return medianOf(rounds.stream().mapToDouble(value).toArray());
    }

    /** By name; a name that some rounds lack has the median of the others. */
    private static Map<String, Double> median(List<Map<String, Double>> maps) {
        Map<String, Double> medians = new TreeMap<>();
        maps.stream()
                .flatMap(map -> map.keySet().stream())
                .distinct()
                .forEach(name -> medians.put(
                        name,
                        medianOf(maps.stream()
                                .filter(map -> map.containsKey(name))
                                .mapToDouble(map -> map.get(name))
                                .toArray())));
        return medians;
    }

    private static double medianOf(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static JsonObject toJson(Map<String, ?> map) {
        JsonObject json = new JsonObject();
        map.forEach(json::put);
        return json;
    }
}
