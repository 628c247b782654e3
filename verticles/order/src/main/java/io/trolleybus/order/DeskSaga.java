package io.trolleybus.order;

import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.Money;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a saga that a command to an existing order began is about.
 *
 * @param id of the saga; of a refund's saga that of the refund
 * @param version of the saga's table, by which it goes on whatever is current
 * @param trace of the command that began it
 */
record DeskSaga(UUID id, UUID orderId, int version, Needs needs, Trace trace) {
    DeskSaga with(Needs known) {
        return new DeskSaga(id, orderId, version, known, trace);
    }

    /**
     * What its steps need beyond the order itself; stored as JSON.
     *
     * @param amount to give back; null for all there is
     * @param givenBack what a void gave back; null as long as that is not known
     */
    record Needs(
            UUID paymentId,
            @Nullable Money amount,
            String reason,
            @Nullable Money givenBack) {
        Needs(UUID paymentId, @Nullable Money amount, String reason) {
            this(paymentId, amount, reason, null);
        }

        static Needs read(String json) {
            return Json.read(json, Needs.class);
        }
    }
}
