package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A client that repeats its purchase, always with the same Idempotency-Key, until it is acknowledged. Any answer beyond
 * those it was told to expect fails the test at once.
 *
 * @param repeatedStatuses the refusals that mean "try again"
 * @param expectsBrokenConnections whether a connection that is refused or breaks means "try again" too
 */
record StubbornBuyer(Set<Integer> repeatedStatuses, boolean expectsBrokenConnections, Duration patience) {

    private static final Duration PAUSE = Duration.ofMillis(100);

    Placed buy(Customer customer, Purchase purchase) {
        return await("the acknowledgement of " + purchase.key())
                .atMost(patience)
                .pollDelay(Duration.ZERO)
                .pollInterval(PAUSE)
                .until(() -> attempt(customer, purchase), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Placed> attempt(Customer customer, Purchase purchase) {
        Reply reply;
        try {
            reply = customer.post(purchase);
        } catch (UncheckedIOException brokenConnection) {
            if (expectsBrokenConnections) {
                return Optional.empty();
            }
            throw brokenConnection;
        }
        if (reply.status() == 201) {
            return Optional.of(
                    new Placed(customer, purchase, reply.as(Order.class).id()));
        }
        assertThat(repeatedStatuses).as("answer %s", reply.body()).contains(reply.status());
        reply.expectProblem(reply.status());
        return Optional.empty();
    }
}
