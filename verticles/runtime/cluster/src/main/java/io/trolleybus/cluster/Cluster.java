package io.trolleybus.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.core.LifecycleEvent;
import io.trolleybus.chassis.Membership;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** One process's place in the cluster. */
public final class Cluster implements Membership {
    /** A peer that is silent for so long is given up by the event bus; its default is 20 s and more. */
    private static final int BUS_PING_MS = 2_000;

    /**
     * Left alone, a connection that is begun while the network is cut is tried again ever more rarely, and half a
     * minute after it healed nobody can be reached yet. The property of this name does not hold for an advanced
     * network.
     */
    private static final int CONNECT_TIMEOUT_S = 2;

    /** Longer than anything is counted over. */
    private static final int MAX_IDLE_S = 2 * 3_600;

    /** Of each map on each node, and as many as backups; some three hundred bytes each. */
    private static final int MAX_COUNTERS = 5_000;

    /** The attribute by which vertx-hazelcast tells the others a member's id on the bus. */
    private static final String BUS_ID = "__vertx.nodeId";

    /**
     * A member that hangs is lost after six seconds of silence, one that ended after about one. Two halves of a split
     * look for each other every five seconds.
     */
    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("hazelcast.logging.type", "log4j2"),
            Map.entry("hazelcast.phone.home.enabled", "false"),
            Map.entry("hazelcast.socket.bind.any", "false"),
            Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
            Map.entry("hazelcast.max.no.heartbeat.seconds", "6"),
            // Who follows a lost master asks those that it has not given up yet who is there, and waits for one after
            // another, for up to five seconds each. When none answers, as behind a cut, it would keep them all that
            // long: ready although it is alone, and not to be merged with once the network has healed. This bounds the
            // waiting, in seconds, and, less by intention, the tries: five at once, then after 1, 2, 4 … 500 ms. They
            // have to outlast the two seconds within which all find out that the master is lost, since until then they
            // answer that it is not.
            Map.entry("hazelcast.mastership.claim.timeout.seconds", "17"),
            Map.entry("hazelcast.merge.first.run.delay.seconds", "5"),
            Map.entry("hazelcast.merge.next.run.delay.seconds", "5"),
            // The search tries the members it once knew, too, for five seconds each, one after another.
            Map.entry("hazelcast.tcp.join.previously.joined.member.address.retention.seconds", "60"),
            Map.entry("hazelcast.wait.seconds.before.join", "0"),
            Map.entry("hazelcast.operation.call.timeout.millis", "10000"),
            Map.entry("hazelcast.graceful.shutdown.max.wait", "10"),
            // What is shared are some thousand small entries.
            Map.entry("hazelcast.partition.count", "71"),
            Map.entry("hazelcast.operation.thread.count", "2"),
            Map.entry("hazelcast.operation.generic.thread.count", "2"),
            Map.entry("hazelcast.io.thread.count", "1"),
            Map.entry("hazelcast.event.thread.count", "1"),
            Map.entry("hazelcast.clientengine.thread.count", "1"),
            Map.entry("hazelcast.clientengine.query.thread.count", "1"),
            Map.entry("hazelcast.clientengine.blocking.thread.count", "1"));

    private static final Logger LOG = LogManager.getLogger(Cluster.class);

    private final HazelcastClusterManager manager;
    private final int minimumMembers;
    private final AtomicInteger merges = new AtomicInteger();
    private final RecentLosses losses = new RecentLosses();
    private final Awakening awakening = new Awakening();

    private Cluster(HazelcastClusterManager manager, int minimumMembers) {
        this.manager = manager;
        this.minimumMembers = minimumMembers;
        onLost(member -> losses.add());
        manager.getHazelcastInstance().getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                merges.incrementAndGet();
                awakening.joinedAgain();
                LOG.warn("this process was cut off from the others and has joined them again, {} in all", size());
            }
        });
    }

    /** A Vert.x that has joined, and its place in the cluster. */
    public record Joined(Vertx vertx, Cluster cluster) {}

    /**
     * Joins. Without any other member to be found this one is the first.
     *
     * @param builder with everything but the cluster
     * @param options of the builder, to which those of the event bus are added
     */
    public static Future<Joined> join(ClusterSettings settings, VertxBuilder builder, VertxOptions options) {
        var manager = new HazelcastClusterManager(hazelcast(settings));
        options.setEventBusOptions(bus(settings));
        return builder.with(options)
                .withClusterManager(manager)
                .buildClustered()
                .map(vertx -> new Joined(vertx, new Cluster(manager, settings.minimumMembers())));
    }

    static Config hazelcast(ClusterSettings settings) {
        Config config = new Config().setClusterName(settings.name());
        shareWhatTheBusNeeds(config);
        forgetWhatIsCounted(config);
        PROPERTIES.forEach(config::setProperty);
        config.getMetricsConfig().setEnabled(false);
        // Advanced, since the encoder of the plain network keeps the one thread that sends spinning, and silent to all
        // others, while a peer that accepted the connection says nothing, as a frozen one does.
        AdvancedNetworkConfig network = config.getAdvancedNetworkConfig().setEnabled(true);
        var members = new ServerSocketEndpointConfig().setPort(settings.memberPort());
        members.setSocketConnectTimeoutSeconds(CONNECT_TIMEOUT_S);
        members.setPortAutoIncrement(false).getInterfaces().setEnabled(true).addInterface(settings.host());
        network.setMemberEndpointConfig(members);
        JoinConfig join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        if (settings.discovery() instanceof MemberDiscovery.Dns dns) {
            join.getKubernetesConfig()
                    .setEnabled(true)
                    .setProperty("service-dns", dns.service())
                    .setProperty("service-port", Integer.toString(settings.memberPort()));
        } else if (settings.discovery() instanceof MemberDiscovery.Addresses addresses) {
            join.getTcpIpConfig().setEnabled(true).setMembers(addresses.members());
        }
        return config;
    }

    /** As the file in vertx-hazelcast has it; to read that, in XML, takes half a second of a start. */
    private static void shareWhatTheBusNeeds(Config config) {
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
    }

    /** Counters, which anybody on the internet can have made: forgotten when they are not used, and never too many. */
    private static void forgetWhatIsCounted(Config config) {
        var eviction = new EvictionConfig()
                .setEvictionPolicy(EvictionPolicy.LRU)
                .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                .setSize(MAX_COUNTERS);
        config.addMapConfig(new MapConfig(Membership.COUNTERS + "*")
                .setMaxIdleSeconds(MAX_IDLE_S)
                .setEvictionConfig(eviction));
    }

    private static EventBusOptions bus(ClusterSettings settings) {
        var bus = new EventBusOptions();
        bus.setHost(settings.host());
        bus.setPort(settings.busPort());
        bus.setConnectTimeout(BUS_PING_MS);
        BusTls tls = settings.tls();
        if (tls != null) {
            tls.secure(bus);
        }
        return bus.setClusterPingInterval(BUS_PING_MS).setClusterPingReplyInterval(BUS_PING_MS);
    }

    @Override
    public String self() {
        return manager.getNodeId();
    }

    @Override
    public void alive() {
        awakening.alive();
    }

    @Override
    public int size() {
        return isIn() ? manager.getNodes().size() : 0;
    }

    @Override
    public void onLost(Consumer<String> handler) {
        manager.getHazelcastInstance().getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                // Whoever comes tells of itself through the discovery.
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                String id = event.getMember().getAttribute(BUS_ID);
                if (id != null) {
                    handler.accept(id);
                }
            }
        });
    }

    @Override
    public Future<Boolean> leadHere(List<String> addresses) {
        List<Future<Boolean>> asked = new ArrayList<>(List.of(isAddressKnown()));
        addresses.forEach(address -> asked.add(leadsHere(address)));
        return Future.all(asked).map(all -> asked.stream().allMatch(Future::result));
    }

    private Future<Boolean> leadsHere(String address) {
        Promise<List<RegistrationInfo>> listening = Promise.promise();
        manager.getRegistrations(address, listening);
        return listening.future().map(all -> all.stream()
                .anyMatch(one -> one.nodeId().equals(self())));
    }

    /** Whether the others can look up where this process is to be reached; if not, they are told again. */
    private Future<Boolean> isAddressKnown() {
        Promise<NodeInfo> known = Promise.promise();
        manager.getNodeInfo(self(), known);
        return known.future().map(true).recover(unknown -> {
            Promise<Void> told = Promise.promise();
            manager.setNodeInfo(manager.getNodeInfo(), told);
            return told.future().map(false);
        });
    }

    /** How often this process has come back to the others after it was cut off from them. */
    public int merges() {
        return merges.get();
    }

    /**
     * Completes with what is to be said of this process's place. Fails when it is not in the cluster any more, sees
     * fewer members than there must be, or has just lost more than it sees still, being likely on the smaller side of a
     * split, or woke from standing still and is about to join the others again.
     */
    public Future<JsonObject> check() {
        int members = size();
        int lost = losses.count();
        if (members == 0) {
            return Future.failedFuture("this process has left the cluster");
        }
        if (awakening.isAway()) {
            return Future.failedFuture("this process stood still, and has not joined the others again");
        }
        if (members < minimumMembers) {
            return Future.failedFuture("of at least " + minimumMembers + " members this process sees " + members
                    + ": it is cut off, or they are not there");
        }
        if (lost > members) {
            return Future.failedFuture("this process has just lost " + lost + " members and sees " + members);
        }
        return Future.succeededFuture(new JsonObject().put("members", members).put("merges", merges()));
    }

    private boolean isIn() {
        return manager.isActive()
                && manager.getHazelcastInstance().getLifecycleService().isRunning();
    }
}
