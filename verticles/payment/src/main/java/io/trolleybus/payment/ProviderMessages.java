package io.trolleybus.payment;

import io.trolleybus.model.Money;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The JSON bodies of the conversation with the provider. */
final class ProviderMessages {
    private ProviderMessages() {}

    record ChargeRequest(UUID paymentId, UUID orderId, Money amount, String token) {
        /** Without the token, so that it can be logged. */
        @Override
        public String toString() {
            return "ChargeRequest " + paymentId + " of " + amount + " for order " + orderId;
        }
    }

    record RefundRequest(Money amount) {}

    /**
     * What the provider says of a charge.
     *
     * @param status {@code captured}, {@code declined} or {@code voided}; null in answers that are not about a charge
     * @param code why it was declined
     * @param captured how much, if it was captured
     * @param refunded how much of that went back; only in answers to questions
     */
    record ChargeAnswer(
            @Nullable String status,
            @Nullable String code,
            @Nullable Money captured,
            @Nullable Money refunded) {}

    /**
     * What the provider says of a refund.
     *
     * @param status {@code refunded} or {@code voided}; another or null in answers that are not about a refund
     */
    record RefundAnswer(@Nullable String status, @Nullable Money amount) {}
}
