package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.trolleybus.model.NodeMessages;
import io.trolleybus.model.NodeMessages.Breaker;
import io.trolleybus.model.NodeMessages.BreakerChanged;
import io.trolleybus.model.NodeMessages.BreakerState;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BreakersTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final int LIMIT_S = 20;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Breakers breakers = new Breakers(vertx, "order-1", meters, InstantSource.fixed(NOON));
    private final BlockingQueue<BreakerChanged> published = new LinkedBlockingQueue<>();

    @BeforeEach
    void listen() throws Exception {
        PayloadCodec.register(vertx);
        await(vertx.eventBus()
                .<Payload>consumer(
                        NodeMessages.BREAKER_CHANGED,
                        message -> published.add(message.body().as(BreakerChanged.class)))
                .completion());
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private CircuitBreaker watched(String callee, String node) {
        return watched(callee, node, 60_000);
    }

    private CircuitBreaker watched(String callee, String node, long resetMs) {
        var options = new CircuitBreakerOptions().setMaxFailures(2).setResetTimeout(resetMs);
        return breakers.of("order").watch(CircuitBreaker.create(callee, vertx, options), callee, node);
    }

    private static void fail(CircuitBreaker breaker) throws Exception {
        await(breaker.execute(promise -> promise.fail("away")).otherwiseEmpty());
    }

    private static void await(Future<?> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
    }

    private BreakerState nextState() throws InterruptedException {
        return published.poll(LIMIT_S, TimeUnit.SECONDS).breaker().state();
    }

    private double openness(String callee) {
        return meters.get("trolleybus_breaker_state")
                .tag("callee", callee)
                .gauge()
                .value();
    }

    @Test
    void aBreakerThatWasNeverOpenIsClosedAndHasNotChanged() {
        watched("inventory", "inventory-1");

        assertThat(breakers.all())
                .containsExactly(new Breaker("order", "inventory", "inventory-1", BreakerState.CLOSED, 0, null));
        assertThat(openness("inventory")).isZero();
    }

    @Test
    void aBreakerThatOpensIsSeenMeteredAndPublished() throws Exception {
        CircuitBreaker breaker = watched("inventory", "inventory-1");
        watched("payment", "payment-1");
        fail(breaker);
        assertThat(breakers.all().get(0).failures()).isEqualTo(1);
        assertThat(breakers.all().get(0).changedAt()).isNull();

        fail(breaker);

        var open = new Breaker("order", "inventory", "inventory-1", BreakerState.OPEN, 2, NOON);
        assertThat(breakers.all()).first().isEqualTo(open);
        assertThat(breakers.all()).element(1).extracting(Breaker::state).isEqualTo(BreakerState.CLOSED);
        assertThat(openness("inventory")).isEqualTo(1);
        assertThat(openness("payment")).isZero();
        assertThat(published.poll(LIMIT_S, TimeUnit.SECONDS)).isEqualTo(new BreakerChanged("order-1", open));
    }

    @Test
    void aBreakerThatClosesAgainSaysSo() throws Exception {
        CircuitBreaker breaker = watched("inventory", "inventory-1", 10);
        breaker.open();
        assertThat(nextState()).isEqualTo(BreakerState.OPEN);
        assertThat(nextState()).isEqualTo(BreakerState.HALF_OPEN);

        await(breaker.execute(promise -> promise.complete("back")));

        assertThat(nextState()).isEqualTo(BreakerState.CLOSED);
        assertThat(breakers.all())
                .containsExactly(new Breaker("order", "inventory", "inventory-1", BreakerState.CLOSED, 0, NOON));
        assertThat(meters.get("trolleybus_breaker_changes").counters()).hasSize(3);
    }

    @Test
    void aNewBreakerBetweenTheSameTwoTakesThePlaceOfTheOld() {
        watched("inventory", "inventory-1").open();

        watched("inventory", "inventory-1");

        assertThat(breakers.all()).singleElement().extracting(Breaker::state).isEqualTo(BreakerState.CLOSED);
        assertThat(openness("inventory")).isZero();
    }

    @Test
    void noMoreThanTheLimitAreRemembered() {
        for (int i = 0; i <= Breakers.MAX_BREAKERS; i++) {
            watched("inventory", "inventory-" + i);
        }

        assertThat(breakers.all()).hasSize(Breakers.MAX_BREAKERS);
        assertThat(breakers.all().get(0).calleeNode()).isEqualTo("inventory-1");
        assertThat(meters.find("trolleybus_breaker_state").gauges()).hasSize(Breakers.MAX_BREAKERS);
    }
}
