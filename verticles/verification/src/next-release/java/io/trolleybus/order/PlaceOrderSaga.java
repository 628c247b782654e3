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
import io.trolleybus.saga.SagaDefinition.Table;
import io.trolleybus.saga.SagaVersions;
import io.vertx.core.Future;
import java.time.Duration;

/** How an order comes to its end: hold the stock, print a label for its parcel, take the payment; else give back what was taken. */
final class PlaceOrderSaga {
    static final String NAME = "place-order";
    static final Duration STOCK_DEADLINE = Duration.ofSeconds(30);
    static final Duration LABEL_DEADLINE = Duration.ofSeconds(30);
    static final Duration PAYMENT_DEADLINE = Duration.ofSeconds(30);

    private static final String UNDONE = "the order was not completed";

    private final GuardedClient client;

    PlaceOrderSaga(GuardedClient client) {
        this.client = client;
    }

    SagaVersions<PlacedOrder> versions() {
        return SagaVersions.beginningWith(version2()).alsoKnowing(version1());
    }

    private SagaDefinition<PlacedOrder> version2() {
        return takingPayment(reservingStock(2)
                        .step("print-label", this::printLabel)
                        .undo(this::voidLabel)
                        .within(LABEL_DEADLINE, Refusals.EXPIRED))
                .build();
    }

    private SagaDefinition<PlacedOrder> version1() {
        return takingPayment(reservingStock(1)).build();
    }

    private Table<PlacedOrder> reservingStock(int version) {
        return SagaDefinition.<PlacedOrder>named(NAME, version)
                .step("reserve-stock", this::reserveStock)
                .undo(this::releaseStock)
                .within(STOCK_DEADLINE, Refusals.EXPIRED);
    }

    private Table<PlacedOrder> takingPayment(Table<PlacedOrder> table) {
        return table.step("take-payment", this::takePayment)
                .undo(this::voidPayment)
                .within(PAYMENT_DEADLINE, Refusals.PAYMENT_UNAVAILABLE);
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

    private Future<Reply<ParcelLabels.Label>> printLabel(PlacedOrder placed, Call call) {
        var print = new ParcelLabels.PrintLabel(placed.order().id());
        return client.callForLasting(ParcelLabels.PRINT, call, print, ParcelLabels.Label.class);
    }

    private Future<Reply<ParcelLabels.Label>> voidLabel(PlacedOrder placed, Call call) {
        var undo = new ParcelLabels.VoidLabel(placed.order().id());
        return client.callForLasting(ParcelLabels.VOID, call, undo, ParcelLabels.Label.class);
    }
}
