package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.gateway.Aggregate.Found;
import io.trolleybus.gateway.Aggregate.Leg;
import io.trolleybus.model.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AggregateTest {
    private static final long LIMIT_MS = 1_000;

    private final List<String> asked = new ArrayList<>();
    private long nowMs = 5_000;

    private Leg<String> answering(String name) {
        return Leg.optional(name, (exchange, found, limitMs) -> {
            asked.add(name + " within " + limitMs);
            return Future.succeededFuture(name + "'s part");
        });
    }

    private static <T> Leg<T> failing(String name, RuntimeException cause) {
        return Leg.optional(name, (exchange, found, limitMs) -> Future.failedFuture(cause));
    }

    private Future<Found> gather(Leg<?>... legs) {
        var exchange = new Exchange(null, null, "id", null, new Caller(Principal.ANONYMOUS, null), Buffer.buffer());
        return new Aggregate(() -> nowMs, LIMIT_MS, List.of(legs)).gather(exchange);
    }

    @Test
    void all_parts_are_put_together() {
        Leg<String> one = answering("one");
        Leg<String> other = answering("other");

        Found found = gather(one, other).result();

        assertThat(found.of(one)).isEqualTo("one's part");
        assertThat(found.of(other)).isEqualTo("other's part");
        assertThat(found.degraded()).isEmpty();
        assertThat(asked).containsExactly("one within 1000", "other within 1000");
    }

    @Test
    void those_that_are_down_are_named_in_the_order_of_the_table() {
        Leg<String> good = answering("good");
        Leg<String> busy = failing("busy", new BusyException("full"));
        Leg<String> away = failing("away", new UnavailableException("gone"));

        Found found = gather(busy, good, away).result();

        assertThat(found.degraded()).containsExactly("busy", "away");
        assertThat(found.of(away)).isNull();
        assertThat(found.of(good)).isEqualTo("good's part");
    }

    @Test
    void who_needs_another_waits_for_it_and_has_what_is_left_of_the_time() {
        Promise<String> slow = Promise.promise();
        Leg<String> first = Leg.optional("first", (exchange, found, limitMs) -> slow.future());
        Leg<String> second = Leg.<String>optional(
                        "second",
                        (exchange, found, limitMs) ->
                                Future.succeededFuture(found.neededOf(first) + " within " + limitMs))
                .after(first);
        Future<Found> gathered = gather(first, second);
        assertThat(gathered.isComplete()).isFalse();

        nowMs += 300;
        slow.complete("found");

        assertThat(gathered.result().of(second)).isEqualTo("found within 700");
    }

    @Test
    void who_needs_one_that_is_down_is_not_asked_and_not_named() {
        Leg<String> good = answering("good");
        Leg<String> away = failing("away", new UnavailableException("gone"));
        Leg<String> after = answering("after").after(away);

        Found found = gather(good, away, after).result();

        assertThat(found.degraded()).containsExactly("away");
        assertThat(asked).containsExactly("good within 1000");
    }

    @Test
    void without_a_required_part_or_without_any_there_is_no_answer() {
        Leg<String> needed =
                Leg.required("needed", (exchange, found, limitMs) -> Future.failedFuture(new BusyException("full")));

        assertThat(gather(answering("good"), needed).cause())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("needed");
        assertThat(gather(failing("away", new UnavailableException("gone"))).cause())
                .isInstanceOf(UnavailableException.class);
    }

    @Test
    void a_refusal_and_a_bug_are_not_taken_for_an_outage() {
        var refusal = Rejected.because(ProblemType.NOT_FOUND, "There is no such user.");

        assertThat(gather(answering("good"), failing("refused", refusal)).cause())
                .isSameAs(refusal);
    }
}
