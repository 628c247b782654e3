package io.trolleybus.verification;

/** Whatever sagas have written, by themselves or by the services they command. */
enum SagaWrite {
    ORDER_PLACED("order", "orders", "new.status = 'PENDING'"),
    TURNED_BACK("order", "orders", "new.saga->'state'->>'phase' = 'compensating'"),
    ORDER_CONFIRMED("order", "orders", "new.status = 'CONFIRMED'"),
    ORDER_REJECTED("order", "orders", "new.status = 'REJECTED'"),
    DESK_SAGA_BEGUN("order", "order_saga", "new.state->>'phase' = 'forward'"),
    DESK_SAGA_PARKED("order", "order_saga", "new.state->>'phase' = 'stuck'"),
    DESK_SAGA_COMPLETED("order", "order_saga", "new.state->>'phase' = 'completed'"),
    STOCK_HELD("inventory", "reservation", "new.state = 'HELD'"),
    STOCK_ALLOCATED("inventory", "reservation", "new.state = 'ALLOCATED'"),
    STOCK_RELEASED("inventory", "reservation", "new.state = 'RELEASED'"),
    PAYMENT_INTENDED("payment", "payment", "new.status = 'PENDING'"),
    PAYMENT_IN_DOUBT("payment", "payment", "new.status = 'UNKNOWN'"),
    PAYMENT_CAPTURED("payment", "payment", "new.status = 'CAPTURED'"),
    PAYMENT_DECLINED("payment", "payment", "new.status = 'DECLINED'"),
    PAYMENT_VOIDED("payment", "payment", "new.status = 'VOIDED'"),
    REFUND_INTENDED("payment", "refund", "new.status = 'PENDING'"),
    REFUND_MADE("payment", "refund", "new.status = 'PROCESSED'");

    private final String service;
    private final String table;
    private final String condition;

    SagaWrite(String service, String table, String condition) {
        this.service = service;
        this.table = table;
        this.condition = condition;
    }

    /** At this write for the order under test, and for no other. */
    Tripwire of(SagaTrial trial) {
        String own =
                switch (table) {
                    case "orders" -> "new.user_id = '" + trial.userId() + "'";
                    case "order_saga" -> "new.order_id = '" + trial.orderId() + "'";
                    case "reservation" -> "'" + trial.sku() + "' = any(new.skus)";
                    case "payment" -> "new.amount = " + trial.totalCents();
                    default -> "new.payment_id = '" + trial.paymentId() + "'";
                };
        return new Tripwire(service, table, own + " and " + condition);
    }
}
