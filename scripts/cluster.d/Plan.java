import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes there are to be, and on which databases. The order is that in which they start.
 *
 * @param nodes the services of each node, separated by commas, by the node's name
 * @param postgres the URL of a superuser on the server to be used, or null for one of our own
 * @param tls whether they are to know each other by certificates
 */
record Plan(Map<String, String> nodes, String postgres, boolean tls) {
    static final String GATEWAY = "gateway";

    private static final String TLS = "--tls";
    private static final String NODE = "--node=";
    private static final String POSTGRES = "--postgres=";

    private static final int MOST = 20;

    /** @throws IllegalArgumentException naming the option that is unknown or has an impossible value */
    static Plan parse(List<String> options) throws IOException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("user", 1);
        counts.put("inventory", 1);
        counts.put("payment", 1);
        counts.put("order", 2);
        counts.put(GATEWAY, 2);
        List<String> chosen = new ArrayList<>();
        boolean counted = false;
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
            if (option.startsWith(NODE)) {
                chosen.add(known(option, option.substring(NODE.length()), counts.keySet()));
                continue;
            }
            String[] parts = option.split("=", 2);
            String service = parts[0].replaceFirst("^--", "");
            if (parts.length != 2 || !parts[0].startsWith("--") || !counts.containsKey(service)) {
                throw new IllegalArgumentException("unknown option " + option);
            }
            counts.put(service, number(option, parts[1]));
            counted = true;
        }
        if (counted && !chosen.isEmpty()) {
            throw new IllegalArgumentException("either " + NODE + "… or numbers of nodes, not both");
        }
        return new Plan(chosen.isEmpty() ? oneServiceEach(counts) : named(chosen), postgres, tls);
    }

    private static String known(String option, String services, Set<String> all) {
        List<String> wanted = List.of(services.split(","));
        if (!all.containsAll(wanted) || Set.copyOf(wanted).size() != wanted.size()) {
            throw new IllegalArgumentException(option + " must name some of " + String.join(",", all) + ", each once");
        }
        return services;
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

    private static Map<String, String> oneServiceEach(Map<String, Integer> counts) {
        List<String> nodes = new ArrayList<>();
        counts.forEach((service, count) -> nodes.addAll(Collections.nCopies(count, service)));
        return named(nodes);
    }

    /** Each is called after its first service, numbered from 1. */
    private static Map<String, String> named(List<String> nodes) {
        Map<String, Integer> numbers = new HashMap<>();
        Map<String, String> named = new LinkedHashMap<>();
        for (String services : nodes) {
            String first = services.split(",")[0];
            named.put(first + "-" + numbers.merge(first, 1, Integer::sum), services);
        }
        return named;
    }

    List<String> names() {
        return new ArrayList<>(nodes.keySet());
    }
}
