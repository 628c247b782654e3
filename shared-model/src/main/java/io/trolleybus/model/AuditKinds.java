package io.trolleybus.model;

/** The kinds of findings of an audit; stable, since operators and their tools act on them. */
public final class AuditKinds {
    /** An order's row is not what its journal says; the next three alike. */
    public static final String ORDER_ROW = "order-row";

    public static final String PAYMENT_ROW = "payment-row";
    public static final String HOLD_ROW = "hold-row";
    public static final String STOCK_ROW = "stock-row";

    /** For an order more or less is paid than it says. */
    public static final String ORDER_PAYMENT = "order-payment";

    /** For an order more or less is kept in the warehouse than it has left to ship. */
    public static final String ORDER_STOCK = "order-stock";

    /** The provider's books say something else of a payment; also the provider, where it could not be asked. */
    public static final String PAYMENT_PROVIDER = "payment-provider";

    private AuditKinds() {}
}
