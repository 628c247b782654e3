import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every summary of the platform's metrics that counts batches: how many there were, and of how many items. */
record BatchSizes(Map<String, Double> batches, Map<String, Double> items) {
    private static final Pattern SAMPLE =
            Pattern.compile("^(trolleybus_\\w*batch\\w*)_(count|sum)(\\{[^}]*})? (\\S+)", Pattern.MULTILINE);

    static BatchSizes read(String metrics) {
        BatchSizes sizes = new BatchSizes(new TreeMap<>(), new TreeMap<>());
        Matcher sample = SAMPLE.matcher(metrics);
        while (sample.find()) {
            String labels = sample.group(3) == null ? "" : sample.group(3);
            Map<String, Double> values = sample.group(2).equals("count") ? sizes.batches : sizes.items;
            values.merge(sample.group(1) + labels, Double.valueOf(sample.group(4)), Double::sum);
        }
        return sizes;
    }

    /** The mean size of the batches since then, by metric; those without a batch are left out. */
    Map<String, Double> meansSince(BatchSizes earlier) {
        Map<String, Double> means = new TreeMap<>();
        batches.forEach((name, count) -> {
            double batchesSince = count - earlier.batches.getOrDefault(name, 0.0);
            double itemsSince = items.getOrDefault(name, 0.0) - earlier.items.getOrDefault(name, 0.0);
            if (batchesSince > 0) {
                means.put(name, itemsSince / batchesSince);
            }
        });
        return means;
    }
}
