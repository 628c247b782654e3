import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cluster of three nodes, each a process: the gateway, order, and what order asks. PostgreSQL and the payment provider
 * are where they were.
 */
final class ThreeNodes implements Platform {
    private static final List<String> NODES = List.of("gateway", "order", "user,inventory,payment");
    private static final Duration UP_LIMIT = Duration.ofMinutes(4);
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(30);
    private static final long DOWN_LIMIT_SECONDS = 90;
    private static final List<String> PORTS =
            List.of("HTTP", "MANAGEMENT", "PROVIDER", "POSTGRES", "CLUSTER", "CLUSTER_BUS");

    private final Place place;
    private final List<Integer> firstPorts;
    private final Children children;
    private JsonObject status = new JsonObject();

    private ThreeNodes(Place place, List<Integer> firstPorts, Children children) {
        this.place = place;
        this.firstPorts = firstPorts;
        this.children = children;
    }

    static ThreeNodes start(Children children) throws IOException {
        return new ThreeNodes(Place.fresh(), FreePorts.take(PORTS.size()), children);
    }

    @Override
    public void awaitReady() {
        List<String> up = Stream.concat(Stream.of("up"), NODES.stream().map(services -> "--node=" + services))
                .toList();
        children.output(script(up), UP_LIMIT);
        String printed = children.output(script(List.of("status", "--json")), STATUS_LIMIT);
        status = new JsonObject(printed.substring(printed.indexOf('{')));
    }

    /** The machine is theirs, so that they are compiled as well as an all-in-one is. */
    private ProcessBuilder script(List<String> words) {
        List<String> command = new ArrayList<>(List.of("scripts/cluster"));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().merge("JAVA_OPTS", "-XX:TieredStopAtLevel=4", (given, ours) -> ours + ' ' + given);
        builder.environment().put("TROLLEYBUS_DATA_DIR", place.dataDir().toString());
        for (int i = 0; i < PORTS.size(); i++) {
            builder.environment().put("TROLLEYBUS_" + PORTS.get(i) + "_PORT", Integer.toString(firstPorts.get(i)));
        }
        return builder;
    }

    private Stream<JsonObject> nodes() {
        JsonArray nodes = status.getJsonArray("nodes");
        return IntStream.range(0, nodes.size()).mapToObj(nodes::getJsonObject);
    }

    @Override
    public List<Long> pids() {
        return nodes().map(node -> node.getLong("pid")).toList();
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public String httpUrl() {
        return status.getJsonArray("gateways").getString(0);
    }

    @Override
    public List<Api> managements() {
        return nodes().map(node -> new Api(node.getString("management"))).toList();
    }

    @Override
    public Api provider() {
        return new Api(status.getString("provider"));
    }

    @Override
    public int postgresPort() {
        return status.getJsonObject("postgres").getInteger("port");
    }

    @Override
    public String description() {
        return "three nodes: " + String.join(" | ", NODES);
    }

    /**
     * Not as a child: those are stopped already, and this one is to run to its end. Nodes that do not stop keep their
     * data.
     */
    @Override
    public void clean() {
        try {
            Process down = script(List.of("down")).redirectErrorStream(true)
                    .redirectOutput(place.log().toFile())
                    .start();
            if (!down.waitFor(DOWN_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                down.destroyForcibly();
            } else if (down.exitValue() == 0) {
                place.clean();
                return;
            }
            System.err.println("bench: the cluster in " + place.dataDir() + " did not stop: " + place.logTail());
        } catch (IOException e) {
            System.err.println("bench: could not stop the cluster in " + place.dataDir() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
