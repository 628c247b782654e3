package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.Held;
import io.trolleybus.model.InventoryMessages.ReleaseStock;
import io.trolleybus.model.InventoryMessages.Released;
import io.trolleybus.model.InventoryMessages.ReserveStock;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.Charge;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.PaymentMessages.VoidPayment;
import io.trolleybus.model.PaymentMessages.Voided;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.saga.SagaDefinition;
import io.trolleybus.saga.SagaVersions;
import io.vertx.core.Future;
import java.time.Duration;

/** How an order comes to its end: hold the stock, take the payment; else give back what was taken. */
final class PlaceOrderSaga {
    static final String NAME = "place-order";
    static final Duration STOCK_DEADLINE = Duration.ofSeconds(30);
    static final Duration PAYMENT_DEADLINE = Duration.ofSeconds(30);

    private static final String UNDONE = "the order was not completed";

    private final GuardedClient client;

    PlaceOrderSaga(GuardedClient client) {
        this.client = client;
    }

    /** Those that are no longer current stay until no saga that was begun with them can be under way. */
    SagaVersions<PlacedOrder> versions() {
        return SagaVersions.beginningWith(version1());
    }

    private SagaDefinition<PlacedOrder> version1() {
        return SagaDefinition.<PlacedOrder>named(NAME, 1)
                .step("reserve-stock", this::reserveStock)
                .undo(this::releaseStock)
                .within(STOCK_DEADLINE, Refusals.EXPIRED)
                .step("take-payment", this::takePayment)
                .undo(this::voidPayment)
                .within(PAYMENT_DEADLINE, Refusals.PAYMENT_UNAVAILABLE)
                .build();
    }

    private Future<Reply<Held>> reserveStock(PlacedOrder placed, Call call) {
        var lines = placed.order().lines().stream()
                .map(line -> new StockLine(line.sku(), line.quantity()))
                .toList();
        return client.callForLasting(
                InventoryMessages.RESERVE, call, new ReserveStock(placed.order().id(), lines), Held.class);
    }

    private Future<Reply<Released>> releaseStock(PlacedOrder placed, Call call) {
        return client.callForLasting(
                InventoryMessages.RELEASE, call, new ReleaseStock(placed.order().id(), UNDONE), Released.class);
    }

    private Future<Reply<Charged>> takePayment(PlacedOrder placed, Call call) {
        var charge = new Charge(
                placed.order().payment().id(),
                placed.order().id(),
                placed.order().total(),
                placed.paymentToken());
        return client.callForLasting(PaymentMessages.CHARGE, call, charge, Charged.class);
    }

    private Future<Reply<Voided>> voidPayment(PlacedOrder placed, Call call) {
        var undo = new VoidPayment(placed.order().payment().id(), placed.order().id(), UNDONE);
        return client.callForLasting(PaymentMessages.VOID, call, undo, Voided.class);
    }
}
