package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/**
 * How an order must stand in all books once its sagas have ended, each of which must have done each thing once.
 *
 * @param captured at the provider, ever
 * @param refunded of it, by one refund
 * @param keepsStock whether its units are the order's
 */
record SagaEnding(String outcome, Share captured, Share refunded, boolean keepsStock) {
    static final SagaEnding CONFIRMED = new SagaEnding("CONFIRMED", Share.ALL, Share.NOTHING, true);
    static final SagaEnding PARTLY_REFUNDED = new SagaEnding("CONFIRMED", Share.ALL, Share.PART, true);

    /** Longer than a payment may take, which is what a saga may wait for. */
    private static final Duration WITHIN = Duration.ofSeconds(90);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    /** Of an order's total. */
    enum Share {
        NOTHING,
        PART,
        ALL;

        long of(long totalCents) {
            return switch (this) {
                case NOTHING -> 0;
                case PART -> SagaTrial.PART_CENTS;
                case ALL -> totalCents;
            };
        }
    }

    /** No money was taken, or none that stayed for a moment. */
    static SagaEnding withNothing(String outcome) {
        return new SagaEnding(outcome, Share.NOTHING, Share.NOTHING, false);
    }

    static SagaEnding withAllGivenBack(String outcome) {
        return new SagaEnding(outcome, Share.ALL, Share.ALL, false);
    }

    void awaitFor(SagaTrial trial) {
        await("the end of order " + trial.orderId())
                .atMost(WITHIN)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .untilAsserted(() -> {
                    assertThat(trial.openSagas()).as("sagas under way").isEmpty();
                    assertThat(trial.order().outcome()).isEqualTo(outcome);
                    theStockAgrees(trial);
                });
        thePaymentAgrees(trial);
        theLedgerAgrees(trial);
        theJournalAgrees(trial);
        assertThat(trial.orders()).as("orders of the customer").hasSize(1);
    }

    private void theStockAgrees(SagaTrial trial) {
        long reserved = keepsStock ? trial.units() : 0;
        assertThat(trial.stock())
                .isEqualTo(new Stock(trial.sku(), SagaTrial.UNITS, reserved, SagaTrial.UNITS - reserved));
        // Of an order that found too little there is no hold, or a tombstone against one that comes late.
        assertThat(trial.hold())
                .as("hold of the order")
                .isIn(keepsStock ? List.of("ALLOCATED") : List.of("RELEASED", ""));
    }

    private void thePaymentAgrees(SagaTrial trial) {
        JsonNode payments = trial.payments();
        assertThat(payments.size()).as("payments").isLessThanOrEqualTo(1);
        JsonNode payment = payments.path(0);
        assertThat(payment.at("/captured/amount").asLong()).as("captured").isEqualTo(captured.of(trial.totalCents()));
        assertThat(payment.at("/refunded/amount").asLong()).as("refunded").isEqualTo(refunded.of(trial.totalCents()));
        assertThat(payment.path("refunds").findValuesAsText("status"))
                .as("refunds")
                .isEqualTo(refunded == Share.NOTHING ? List.of() : List.of("PROCESSED"));
    }

    private void theLedgerAgrees(SagaTrial trial) {
        Money taken = Money.eur(captured.of(trial.totalCents()));
        Money givenBack = Money.eur(refunded.of(trial.totalCents()));
        if (captured == Share.NOTHING) {
            assertThat(trial.ledger()).as("what the provider took").isEmpty();
        } else {
            assertThat(trial.ledger())
                    .as("what the provider took")
                    .singleElement()
                    .satisfies(entry -> {
                        assertThat(entry.captured()).isEqualTo(taken);
                        assertThat(entry.refunded()).isEqualTo(givenBack);
                    });
        }
    }

    /** Nothing happens to these orders twice. */
    private static void theJournalAgrees(SagaTrial trial) {
        List<OrderEvent> events = trial.events();
        assertThat(events).extracting(OrderEvent::type).doesNotHaveDuplicates();
        assertThat(events.get(events.size() - 1).version())
                .as("version of the last event")
                .isEqualTo(events.size())
                .isEqualTo(trial.order().version());
    }
}
