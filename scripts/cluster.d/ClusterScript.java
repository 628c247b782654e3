import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/** Runs a cluster of nodes on this machine. */
public final class ClusterScript {
    private static final String USAGE = """
        usage: scripts/cluster COMMAND
          up [--gateway=2 --order=2 --user=1 --inventory=1 --payment=1]
                         starts PostgreSQL, the payment provider and so many nodes; returns when all are ready
             [--node=SERVICE,SERVICE… …]
                         instead: one node for each such option, with these services
             [--postgres=URL]
                         makes the databases on a server that runs already, for which URL names a superuser; with a
                         password it goes into TROLLEYBUS_POSTGRES_URL, or a file that TROLLEYBUS_POSTGRES_URL_FILE names
             [--tls]     has the nodes know each other by certificates, made for it by scripts/dev-ca
          status [--json]
          kill NODE      ends it with SIGKILL
          pause NODE     SIGSTOP; resume NODE: SIGCONT
          stop NODE      in order; start NODE: again, from what is built now, returns when it is ready
          roll           stops and starts all nodes, one by one
          down           stops everything; the data stays
        Data, logs and what is known of the nodes live under TROLLEYBUS_DATA_DIR (~/.trolleybus). Ports begin at
        TROLLEYBUS_HTTP_PORT, _MANAGEMENT_PORT, _CLUSTER_PORT and _CLUSTER_BUS_PORT; those that are taken are skipped.
        TROLLEYBUS_NODE_INSTANCES says how many of each service run on every node that is started, the gateway apart.
        TROLLEYBUS_AUDIT_PERIOD_SECONDS says how often they audit. Gateways are told all of TROLLEYBUS_GATEWAY_….
        TROLLEYBUS_JAR names the program that nodes are started from, such as the release to roll to; else what is built.
        """;

    private ClusterScript() {}

    /** Exits with 0 when it is done, 1 when it could not be, 2 for a wrong command line. */
    public static void main(String[] args) {
        List<String> words = List.of(args);
        if (words.isEmpty() || words.contains("--help")) {
            System.out.print(USAGE);
            System.exit(words.isEmpty() ? 2 : 0);
        }
        try {
            run(words.get(0), words.subList(1, words.size()));
        } catch (IllegalArgumentException wrong) {
            System.err.println("cluster: " + wrong.getMessage() + "\n" + USAGE);
            System.exit(2);
        } catch (Exception failure) {
            System.err.println("cluster: " + failure.getMessage());
            System.exit(1);
        }
    }

    private static void run(String command, List<String> words) throws Exception {
        Cluster cluster = new Cluster(dataDir(), Path.of(System.getProperty("cluster.jar")));
        switch (command) {
            case "up" -> {
                cluster.up(Plan.parse(words));
                print(cluster);
            }
            case "status" -> {
                if (words.equals(List.of("--json"))) {
                    System.out.println(cluster.status().encodePrettily());
                } else if (words.isEmpty()) {
                    print(cluster);
                } else {
                    throw new IllegalArgumentException("status takes --json or nothing");
                }
            }
            case "kill" -> cluster.kill(only(words));
            case "pause" -> cluster.pause(only(words));
            case "resume" -> cluster.resume(only(words));
            case "stop" -> cluster.stop(only(words));
            case "start" -> cluster.start(only(words));
            case "roll" -> cluster.roll();
            case "down" -> cluster.down();
            default -> throw new IllegalArgumentException("unknown command " + command);
        }
    }

    private static String only(List<String> words) {
        if (words.size() != 1) {
            throw new IllegalArgumentException("name one node");
        }
        return words.get(0);
    }

    private static Path dataDir() {
        String named = System.getenv("TROLLEYBUS_DATA_DIR");
        return named == null || named.isBlank()
                ? Path.of(System.getenv("HOME"), ".trolleybus")
                : Path.of(named).toAbsolutePath();
    }

    private static void print(Cluster cluster) {
        JsonObject status = cluster.status();
        JsonArray nodes = status.getJsonArray("nodes");
        for (int i = 0; i < nodes.size(); i++) {
            JsonObject node = nodes.getJsonObject(i);
            System.out.printf(
                    "%-14s %-9s pid %-8d %s%n",
                    node.getString("name"),
                    node.getString("state"),
                    node.getLong("pid"),
                    node.getString("http") == null ? node.getString("management") : node.getString("http"));
        }
        System.out.printf("%-14s %s%n", "provider", status.getString("provider"));
        JsonObject postgres = status.getJsonObject("postgres");
        System.out.printf(
                "%-14s %s, port %d%n",
                "PostgreSQL",
                postgres.getLong("pid") == 0 ? postgres.getString("host") : "pid " + postgres.getLong("pid"),
                postgres.getInteger("port"));
    }
}
