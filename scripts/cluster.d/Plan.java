import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many nodes of each service there are to be, and on which databases. The order is that in which they start.
 *
 * @param postgres the URL of a superuser on the server to be used, or null for one of our own
 * @param tls whether they are to know each other by certificates
 */
record Plan(Map<String, Integer> counts, String postgres, boolean tls) {
    private static final String TLS = "--tls";
    private static final String POSTGRES = "--postgres=";

    private static final int MOST = 20;

    /** @throws IllegalArgumentException naming the option that is unknown or has an impossible value */
    static Plan parse(List<String> options) throws IOException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("user", 1);
        counts.put("inventory", 1);
        counts.put("payment", 1);
        counts.put("order", 2);
        counts.put("gateway", 2);
        String postgres = PostgresUrl.ofEnvironment();
        boolean tls = false;
        for (String option : options) {
            if (option.equals(TLS)) {
                tls = true;
                continue;
            }
            if (option.startsWith(POSTGRES)) {
                postgres = PostgresUrl.ofOption(option.substring(POSTGRES.length()));
                continue;
            }
            String[] parts = option.split("=", 2);
            String service = parts[0].replaceFirst("^--", "");
            if (parts.length != 2 || !parts[0].startsWith("--") || !counts.containsKey(service)) {
                throw new IllegalArgumentException("unknown option " + option);
            }
            counts.put(service, number(option, parts[1]));
        }
        return new Plan(counts, postgres, tls);
    }

    private static int number(String option, String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= MOST) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Told below, together with the range.
        }
        throw new IllegalArgumentException(option + " must be a number from 0 to " + MOST);
    }

    /** The nodes' services, by the nodes' names. */
    Map<String, String> nodes() {
        Map<String, String> nodes = new LinkedHashMap<>();
        counts.forEach((service, count) -> {
            for (int i = 1; i <= count; i++) {
                nodes.put(service + "-" + i, service);
            }
        });
        return nodes;
    }

    List<String> names() {
        return new ArrayList<>(nodes().keySet());
    }
}
