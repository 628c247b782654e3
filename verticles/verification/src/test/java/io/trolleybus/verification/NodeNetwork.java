package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A network for each node, joined by this process's own, which is their router: what passes between two of them can be
 * cut and healed. Needs to be the root of a network namespace, see {@code scripts/chaos}; no process outside of it is
 * touched.
 */
final class NodeNetwork implements AutoCloseable {

    /** Where nodes reach what listens in the router. */
    static final String ROUTER = "10.77.0.1";

    private static final String OWN_NETWORK = "TROLLEYBUS_OWN_NETWORK";

    private final Map<String, Segment> segments = new LinkedHashMap<>();
    private final Set<List<String>> cuts = new LinkedHashSet<>();

    /** @param holder a process that keeps the namespace while no node runs in it */
    private record Segment(String address, Process holder) {}

    static boolean isToBeHad() {
        return "yes".equals(System.getenv(OWN_NETWORK));
    }

    NodeNetwork(List<String> names) {
        Tool.run("ip", "address", "replace", ROUTER + "/32", "dev", "lo");
        Tool.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
        for (String name : names) {
            segments.put(name, segment(segments.size() + 1));
        }
    }

    private static Segment segment(int number) {
        String router = "10.77." + number + ".1";
        String node = "10.77." + number + ".2";
        try {
            // Says "in" from within: until then its process is still in our own network.
            Process holder = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo in; exec sleep infinity").start();
            assertThat(holder.inputReader().readLine()).isEqualTo("in");
            String pid = Long.toString(holder.pid());
            String link = "node" + number;
            Tool.run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", pid);
            Tool.run("ip", "address", "add", router + "/30", "dev", link);
            Tool.run("ip", "link", "set", link, "up");
            Segment segment = new Segment(node, holder);
            Stream.of(
                            "ip link set lo up",
                            "ip address add " + node + "/30 dev eth0",
                            "ip link set eth0 up",
                            "ip route add default via " + router)
                    .forEach(command -> Tool.run(inside(segment, List.of(command.split(" ")))));
            return segment;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String address(String name) {
        return segment(name).address;
    }

    /** The command, to be run in that node's network. */
    List<String> inside(String name, List<String> command) {
        return List.of(inside(segment(name), command));
    }

    private static String[] inside(Segment segment, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "--net=/proc/" + segment.holder.pid() + "/ns/net"));
        whole.addAll(command);
        return whole.toArray(String[]::new);
    }

    private Segment segment(String name) {
        Segment segment = segments.get(name);
        if (segment == null) {
            throw new IllegalArgumentException("there is no network of " + name);
        }
        return segment;
    }

    /** Loses whatever is on its way from the one to the other, without a word to either. */
    void cutOneWay(String from, String to) {
        if (cuts.add(List.of(from, to))) {
            rule("add", from, to);
        }
    }

    /** Cuts the nodes of each side off from those of every other. */
    void split(List<List<String>> sides) {
        for (List<String> side : sides) {
            for (List<String> other : sides) {
                if (side != other) {
                    side.forEach(from -> other.forEach(to -> cutOneWay(from, to)));
                }
            }
        }
    }

    void heal() {
        cuts.forEach(cut -> rule("del", cut.get(0), cut.get(1)));
        cuts.clear();
    }

    private void rule(String verb, String from, String to) {
        Tool.run("ip", "rule", verb, "from", address(from), "to", address(to), "blackhole");
    }

    /** With its last process a namespace ends, and with it the link into it. */
    @Override
    public void close() {
        heal();
        segments.values().forEach(segment -> segment.holder.destroyForcibly());
    }
}
