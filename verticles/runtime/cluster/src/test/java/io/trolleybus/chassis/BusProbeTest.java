package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.multimap.MultiMap;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.trolleybus.cluster.Cluster;
import io.trolleybus.cluster.ClusterSettings;
import io.trolleybus.cluster.MemberDiscovery;
import io.trolleybus.cluster.Ports;
import io.trolleybus.model.Reply;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In a real cluster, of one, whose list of who listens where is damaged as by a merge that went wrong. */
final class BusProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String OWN = "echo.say@one";

    private final String name = UUID.randomUUID().toString();
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private Vertx vertx;
    private Cluster cluster;
    private Context loop;
    private Endpoints endpoints;
    private BusProbe probe;

    @BeforeEach
    void start() throws Exception {
        var settings = new ClusterSettings(
                name, "127.0.0.1", Ports.free(), Ports.free(), new MemberDiscovery.Addresses(List.of()), 2, null);
        Cluster.Joined joined = within(Cluster.join(settings, Vertx.builder(), new VertxOptions()));
        vertx = joined.vertx();
        cluster = joined.cluster();
        loop = vertx.getOrCreateContext();
        PayloadCodec.register(vertx);
        endpoints = new Endpoints(
                vertx,
                "echo",
                "one",
                new Seal("secret"),
                new Tracing(OpenTelemetry.noop().getTracer("test")),
                new Meters(new SimpleMeterRegistry(), 1),
                InstantSource.system());
        endpoints.serve("echo.say", String.class, (call, word) -> Future.succeededFuture(Reply.done(word)));
        endpoints.serve("echo.shout", String.class, (call, word) -> Future.succeededFuture(Reply.done(word)));
        probe = new BusProbe(vertx, "echo", endpoints, cluster, () -> givenUp.set(true));
        onLoop(endpoints::open);
        onLoop(() -> {
            probe.start();
            return Future.succeededFuture();
        });
    }

    @AfterEach
    void stop() throws Exception {
        within(vertx.close());
    }

    private static <T> T within(Future<T> future) throws Exception {
        return future.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private <T> T onLoop(Supplier<Future<T>> work) throws Exception {
        Promise<T> done = Promise.promise();
        loop.runOnContext(turn -> work.get().onComplete(done));
        return within(done.future());
    }

    private boolean leadsHere(String address) throws Exception {
        return within(cluster.leadHere(List.of(address)));
    }

    private boolean isSound() throws Exception {
        return onLoop(() -> probe.check().map(true).otherwise(false));
    }

    private MultiMap<String, Object> listeners() {
        HazelcastInstance hazelcast = Hazelcast.getAllHazelcastInstances().stream()
                .filter(instance -> instance.getConfig().getClusterName().equals(name))
                .findFirst()
                .orElseThrow();
        return hazelcast.getMultiMap("__vertx.subs");
    }

    @Test
    void anAddressThatNobodyIsToldOfIsRegisteredAnew() throws Exception {
        assertThat(leadsHere(OWN)).isTrue();

        listeners().remove("echo.say");
        listeners().remove(OWN);

        assertThat(leadsHere(OWN)).isFalse();
        await().atMost(PATIENCE).until(() -> !isSound());
        await().atMost(PATIENCE).until(() -> leadsHere(OWN) && leadsHere("echo.say") && isSound());
        assertThat(givenUp).isFalse();
    }

    @Test
    void anInstanceThatStoppedIsNotBroughtBack() throws Exception {
        onLoop(probe::stop);
        onLoop(() -> endpoints.drain(1_000));

        assertThat(leadsHere(OWN)).isFalse();
        assertThat(endpoints.registered()).isEmpty();
    }

    @Test
    void aMemberThatSeesTooFewOthersSaysSo() {
        assertThat(cluster.size()).isOne();
        assertThat(cluster.check().cause()).hasMessageContaining("of at least 2 members this process sees 1");
    }
}
