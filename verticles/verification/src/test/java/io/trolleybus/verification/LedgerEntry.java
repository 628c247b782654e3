package io.trolleybus.verification;

/** What the payment provider really took and gave back for one payment. */
record LedgerEntry(String paymentId, String orderId, Money captured, Money refunded) {

    /** What the provider holds of the customer's money, in minor units. */
    long net() {
        return captured.amount() - refunded.amount();
    }

    Money held() {
        return new Money(net(), captured.currency());
    }
}
