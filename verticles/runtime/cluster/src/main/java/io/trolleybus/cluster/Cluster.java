package io.trolleybus.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import io.trolleybus.chassis.Membership;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Map;
import java.util.function.Consumer;

/** One process's place in the cluster. */
public final class Cluster implements Membership {
    /** A peer that is silent for so long is given up by the event bus; its default is 20 s and more. */
    private static final int BUS_PING_MS = 2_000;

    /** The attribute by which vertx-hazelcast tells the others a member's id on the bus. */
    private static final String BUS_ID = "__vertx.nodeId";

    /**
     * A member that hangs is lost after six seconds of silence, one that ended after about three. Two halves of a split
     * look for each other every five seconds.
     */
    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("hazelcast.logging.type", "log4j2"),
            Map.entry("hazelcast.phone.home.enabled", "false"),
            Map.entry("hazelcast.socket.bind.any", "false"),
            Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
            Map.entry("hazelcast.max.no.heartbeat.seconds", "6"),
            Map.entry("hazelcast.merge.first.run.delay.seconds", "5"),
            Map.entry("hazelcast.merge.next.run.delay.seconds", "5"),
            Map.entry("hazelcast.wait.seconds.before.join", "1"),
            Map.entry("hazelcast.operation.call.timeout.millis", "10000"),
            Map.entry("hazelcast.graceful.shutdown.max.wait", "10"),
            // What is shared is a few hundred small entries.
            Map.entry("hazelcast.partition.count", "71"),
            Map.entry("hazelcast.operation.thread.count", "2"),
            Map.entry("hazelcast.operation.generic.thread.count", "2"),
            Map.entry("hazelcast.io.thread.count", "1"),
            Map.entry("hazelcast.event.thread.count", "1"),
            Map.entry("hazelcast.clientengine.thread.count", "1"),
            Map.entry("hazelcast.clientengine.query.thread.count", "1"),
            Map.entry("hazelcast.clientengine.blocking.thread.count", "1"));

    private final HazelcastClusterManager manager;

    private Cluster(HazelcastClusterManager manager) {
        this.manager = manager;
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
                .map(vertx -> new Joined(vertx, new Cluster(manager)));
    }

    private static Config hazelcast(ClusterSettings settings) {
        Config config = ConfigUtil.loadConfig();
        config.setClusterName(settings.name());
        PROPERTIES.forEach(config::setProperty);
        config.getMetricsConfig().setEnabled(false);
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(settings.memberPort()).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface(settings.host());
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

    private static EventBusOptions bus(ClusterSettings settings) {
        var bus = new EventBusOptions();
        bus.setHost(settings.host());
        bus.setPort(settings.busPort());
        bus.setConnectTimeout(BUS_PING_MS);
        return bus.setClusterPingInterval(BUS_PING_MS).setClusterPingReplyInterval(BUS_PING_MS);
    }

    @Override
    public String self() {
        return manager.getNodeId();
    }

    @Override
    public int size() {
        return manager.isActive() ? manager.getNodes().size() : 0;
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

    /** Fails when this process is not in the cluster any more. */
    public Future<Void> check() {
        return manager.isActive()
                        && manager.getHazelcastInstance().getLifecycleService().isRunning()
                ? Future.succeededFuture()
                : Future.failedFuture("this process has left the cluster");
    }
}
