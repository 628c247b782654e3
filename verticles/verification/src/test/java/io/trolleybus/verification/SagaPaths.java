package io.trolleybus.verification;

import static io.trolleybus.verification.SagaWrite.DESK_SAGA_BEGUN;
import static io.trolleybus.verification.SagaWrite.DESK_SAGA_COMPLETED;
import static io.trolleybus.verification.SagaWrite.DESK_SAGA_PARKED;
import static io.trolleybus.verification.SagaWrite.ORDER_CONFIRMED;
import static io.trolleybus.verification.SagaWrite.ORDER_PLACED;
import static io.trolleybus.verification.SagaWrite.ORDER_REJECTED;
import static io.trolleybus.verification.SagaWrite.PAYMENT_CAPTURED;
import static io.trolleybus.verification.SagaWrite.PAYMENT_DECLINED;
import static io.trolleybus.verification.SagaWrite.PAYMENT_INTENDED;
import static io.trolleybus.verification.SagaWrite.PAYMENT_IN_DOUBT;
import static io.trolleybus.verification.SagaWrite.PAYMENT_VOIDED;
import static io.trolleybus.verification.SagaWrite.REFUND_INTENDED;
import static io.trolleybus.verification.SagaWrite.REFUND_MADE;
import static io.trolleybus.verification.SagaWrite.STOCK_ALLOCATED;
import static io.trolleybus.verification.SagaWrite.STOCK_HELD;
import static io.trolleybus.verification.SagaWrite.STOCK_RELEASED;
import static io.trolleybus.verification.SagaWrite.TURNED_BACK;

import java.util.List;

/** The ways through the platform's sagas, forward and back, with every step of every saga on one of them at least. */
final class SagaPaths {
    private static final String RESERVE = "place-order do reserve-stock";
    private static final String RELEASE = "place-order undo reserve-stock";
    private static final String CHARGE = "place-order do take-payment";
    private static final String VOID = "place-order undo take-payment";
    private static final String CANCEL_PAYMENT = "cancel-order do void-payment";
    private static final String CANCEL_STOCK = "cancel-order do release-stock";
    private static final String REFUND = "refund-order do refund-payment";

    static final List<SagaPath> ALL = List.of(
            SagaPath.of("an order is confirmed")
                    .writes(ORDER_PLACED)
                    .step(RESERVE, STOCK_HELD)
                    .step(CHARGE, PAYMENT_INTENDED, PAYMENT_CAPTURED)
                    .writes(ORDER_CONFIRMED, STOCK_ALLOCATED)
                    .endingAs(SagaEnding.CONFIRMED),
            SagaPath.of("an order is confirmed though the provider's answer is lost")
                    .paidWith("tok_lost_reply")
                    .step(CHARGE, PAYMENT_IN_DOUBT, PAYMENT_CAPTURED)
                    .writes(ORDER_CONFIRMED)
                    .endingAs(SagaEnding.CONFIRMED),
            SagaPath.of("an order finds too little")
                    .ordering(SagaTrial.UNITS + 1)
                    .writes(ORDER_REJECTED)
                    .endingAs(SagaEnding.withNothing("REJECTED out-of-stock")),
            SagaPath.of("an order's payment is declined")
                    .paidWith("tok_declined")
                    .step(CHARGE, PAYMENT_DECLINED)
                    .writes(TURNED_BACK)
                    .step(RELEASE, STOCK_RELEASED)
                    .writes(ORDER_REJECTED)
                    .endingAs(SagaEnding.withNothing("REJECTED payment-declined")),
            SagaPath.of("an order is withdrawn before it is paid")
                    .paidWith("tok_down")
                    .after(SagaTrial::placeAndAwaitCharge)
                    .asking(SagaTrial::withdraw)
                    .step(VOID, PAYMENT_VOIDED)
                    .step(RELEASE, STOCK_RELEASED)
                    .writes(ORDER_REJECTED)
                    .endingAs(SagaEnding.withNothing("REJECTED withdrawn")),
            SagaPath.of("an order is withdrawn after it was paid")
                    .paidWith("tok_lost_reply")
                    .after(SagaTrial::placeAndAwaitCapture)
                    .asking(SagaTrial::withdraw)
                    .step(VOID, PAYMENT_CAPTURED, REFUND_INTENDED, REFUND_MADE)
                    .step(RELEASE, STOCK_RELEASED)
                    .writes(ORDER_REJECTED)
                    .endingAs(SagaEnding.withAllGivenBack("REJECTED withdrawn")),
            SagaPath.of("an order is cancelled while it is placed")
                    .paidWith("tok_down")
                    .after(SagaTrial::placeAndAwaitCharge)
                    .asking(SagaTrial::cancel)
                    .writes(DESK_SAGA_BEGUN)
                    .step(CANCEL_PAYMENT, PAYMENT_VOIDED)
                    .step(CANCEL_STOCK, STOCK_RELEASED)
                    .writes(DESK_SAGA_COMPLETED)
                    .endingAs(SagaEnding.withNothing("CANCELLED")),
            SagaPath.of("a confirmed order is cancelled")
                    .after(SagaTrial::placeAndConfirm)
                    .asking(SagaTrial::cancel)
                    .writes(DESK_SAGA_BEGUN)
                    .step(CANCEL_PAYMENT, REFUND_INTENDED, REFUND_MADE)
                    .step(CANCEL_STOCK, STOCK_RELEASED)
                    .writes(DESK_SAGA_COMPLETED)
                    .endingAs(SagaEnding.withAllGivenBack("CANCELLED")),
            SagaPath.of("a part of an order is refunded")
                    .after(SagaTrial::placeAndConfirm)
                    .asking(SagaTrial::refundPart)
                    .writes(DESK_SAGA_BEGUN)
                    .step(REFUND, REFUND_INTENDED, REFUND_MADE)
                    .writes(DESK_SAGA_COMPLETED)
                    .endingAs(SagaEnding.PARTLY_REFUNDED),
            SagaPath.of("a refund is parked and tried again")
                    .paidWith("tok_refund_flaky")
                    .after(SagaTrial::placeAndConfirm)
                    .asking(SagaTrial::refundPart)
                    .then(SagaTrial::retryWhenParked)
                    .step(REFUND, REFUND_INTENDED)
                    .writes(DESK_SAGA_PARKED)
                    .endingAs(SagaEnding.PARTLY_REFUNDED));

    private SagaPaths() {}
}
