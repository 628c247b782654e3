package io.trolleybus.verification;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Prometheus knows after it has scraped some nodes once. */
record Metrics(List<Series> series) {
    private static final Pattern LINE = Pattern.compile("^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** What Prometheus adds to each series by its own configuration. */
    private static final Map<String, String> ADDED = Map.of("instance", "node-1", "job", "trolleybus");

    record Series(String name, Map<String, String> labels) {}

    /** @param pages what each node answers at /metrics */
    static Metrics scraped(List<String> pages) {
        Stream<Series> own = Stream.of(new Series("up", ADDED));
        return new Metrics(
                Stream.concat(own, pages.stream().flatMap(String::lines).flatMap(Metrics::parse))
                        .toList());
    }

    private static Stream<Series> parse(String line) {
        Matcher parts = LINE.matcher(line);
        if (line.startsWith("#") || !parts.matches()) {
            return Stream.empty();
        }
        Map<String, String> labels = new HashMap<>(ADDED);
        if (parts.group(2) != null) {
            LABEL.matcher(parts.group(2)).results().forEach(label -> labels.put(label.group(1), label.group(2)));
        }
        return Stream.of(new Series(parts.group(1), labels));
    }

    /** What is asked for by an expression and is not there; nothing if it can have a value. */
    List<String> missingFor(PromQl expression) {
        Stream<String> unmatched = expression.selectors().stream()
                .filter(selector -> series.stream().noneMatch(selector::matches))
                .map(PromQl.Selector::toString);
        Set<String> names = Set.copyOf(
                expression.selectors().stream().map(PromQl.Selector::name).toList());
        Stream<String> unknown = expression.groupings().stream()
                .filter(label -> series.stream()
                        .filter(one -> names.contains(one.name()))
                        .noneMatch(one -> one.labels().containsKey(label)))
                .map(label -> "label " + label);
        return Stream.concat(unmatched, unknown).toList();
    }
}
