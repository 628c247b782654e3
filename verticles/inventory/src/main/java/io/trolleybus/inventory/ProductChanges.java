package io.trolleybus.inventory;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.inventory.ProductRows.Found;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.ProductChange;
import io.trolleybus.inventory.domain.StockRules;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Appended;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.InventoryMessages.ChangeProduct;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes products, one at a time: those who change the same one take turns on its row. What orders were placed with is
 * theirs, and stays.
 *
 * <p>For one event loop.
 */
final class ProductChanges {
    private final ServiceContext context;
    private final Journal<InventoryEvent> journal;

    /** A reply with what is to be told to the readers of the feed once it is committed; null if there is nothing. */
    private record Changed(Reply<Product> reply, @Nullable Appended appended) {}

    ProductChanges(ServiceContext context, Journal<InventoryEvent> journal) {
        this.context = context;
        this.journal = journal;
    }

    Future<Reply<Product>> change(Call call, ChangeProduct command) {
        Optional<Refusal> refusal = StockRules.check(command);
        if (refusal.isPresent()) {
            return Future.succeededFuture(Reply.refused(refusal.get()));
        }
        return context.database()
                .transaction(tx -> ProductRows.lock(tx, command.sku())
                        .compose(found -> found.isEmpty()
                                ? refused(Refusal.of(Refusals.NOT_FOUND, "There is no product " + command.sku() + "."))
                                : change(tx, call, command, found.get())))
                .map(changed -> {
                    if (changed.appended != null) {
                        journal.nudge(changed.appended);
                    }
                    return changed.reply;
                });
    }

    private Future<Changed> change(SqlConnection tx, Call call, ChangeProduct command, Found found) {
        return ProductChange.of(found.product(), command, call.principal().name())
                .fold(change -> write(tx, call, found, change), ProductChanges::refused);
    }

    private Future<Changed> write(SqlConnection tx, Call call, Found found, ProductChange change) {
        var reply = Reply.done(change.after());
        if (change.events().isEmpty()) {
            return Future.succeededFuture(new Changed(reply, null));
        }
        var append = new Append<>(found.id(), found.product().version(), change.events(), call.trace());
        Future<?> updated = ProductRows.update(tx, change.after());
        Future<Appended> appended = journal.append(tx, List.of(append));
        return Future.all(updated, appended).map(all -> new Changed(reply, appended.result()));
    }

    private static Future<Changed> refused(Refusal refusal) {
        return Future.succeededFuture(new Changed(Reply.refused(refusal), null));
    }
}
