package io.trolleybus.inventory;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.LowStock;
import io.trolleybus.inventory.domain.MovementKind;
import io.trolleybus.inventory.domain.StockRules;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Appended;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.journal.Outcomes.Claim;
import io.trolleybus.journal.Outcomes.Outcome;
import io.trolleybus.model.InventoryMessages.GetStock;
import io.trolleybus.model.InventoryMessages.ListMovements;
import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.InventoryMessages.Movement;
import io.trolleybus.model.InventoryMessages.MovementPage;
import io.trolleybus.model.InventoryMessages.Stock;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sees and does to the stock of a product. Movements of one product take turns on its stock row; a
 * movement's key is remembered in the transaction that moves, and a refusal leaves the key free.
 *
 * <p>For one event loop.
 */
final class StockMovements {
    private static final int NEW = 0;

    private final ServiceContext context;
    private final Journal<InventoryEvent> journal;
    private final LowStock lowStock;

    /** A reply with what is to be told to the readers of the feed once it is committed; null if there is nothing. */
    private record Moved(Reply<Movement> reply, @Nullable Appended appended) {}

    /** One command on its way through its transaction. */
    private record Move(Call call, MoveStock command, Claim claim) {}

    StockMovements(ServiceContext context, Journal<InventoryEvent> journal, LowStock lowStock) {
        this.context = context;
        this.journal = journal;
        this.lowStock = lowStock;
    }

    Future<Reply<Stock>> stock(GetStock command) {
        return StockRows.find(context.database().reads(), command.sku())
                .map(found -> found.map(Reply::done).orElseGet(() -> Reply.refused(notFound(command.sku()))));
    }

    Future<Reply<MovementPage>> list(ListMovements command) {
        UUID before;
        try {
            String cursor = command.page().cursor();
            before = cursor == null ? null : UUID.fromString(cursor);
        } catch (IllegalArgumentException malformed) {
            return Future.succeededFuture(Reply.refused(Refusals.INVALID, "cursor is not one that was given here"));
        }
        int limit = command.page().limit();
        return MovementRows.list(context.database().reads(), command.sku(), before, limit + 1)
                .compose(movements -> movements.isEmpty()
                        ? stock(new GetStock(command.sku())).map(stock -> stock.map(none -> page(movements, limit)))
                        : Future.succeededFuture(Reply.done(page(movements, limit))));
    }

    private static MovementPage page(List<Movement> movements, int limit) {
        return movements.size() <= limit
                ? new MovementPage(movements, null)
                : new MovementPage(
                        movements.subList(0, limit),
                        movements.get(limit - 1).id().toString());
    }

    Future<Reply<Movement>> move(Call call, MoveStock command) {
        Optional<Refusal> refusal = StockRules.check(command);
        if (refusal.isPresent()) {
            return Future.succeededFuture(Reply.refused(refusal.get()));
        }
        return context.database().transaction(tx -> move(tx, call, command)).map(moved -> {
            if (moved.appended != null) {
                journal.nudge(moved.appended);
            }
            return moved.reply;
        });
    }

    private Future<Moved> move(SqlConnection tx, Call call, MoveStock command) {
        return StockRows.lock(tx, command.sku()).compose(locked -> {
            if (locked.isEmpty()) {
                return refused(notFound(command.sku()));
            }
            // Under the lock, so that the ids of a product's movements ascend in the order of the movements.
            var move = new Move(call, command, claim(call, command));
            return Outcomes.find(tx, List.of(move.claim))
                    .compose(found ->
                            found.get(0) == null ? first(tx, move, locked.get()) : repeat(tx, move, found.get(0)));
        });
    }

    private Claim claim(Call call, MoveStock command) {
        return new Claim(
                "inventory.move:" + call.principal().name(),
                command.key(),
                fingerprint(command),
                context.ids().get());
    }

    private Future<Moved> first(SqlConnection tx, Move move, Stock stock) {
        Optional<Refusal> refusal = StockRules.check(move.command, stock);
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        return Outcomes.claim(tx, List.of(move.claim))
                .compose(claimed -> claimed.get(0).first() ? write(tx, move, stock) : repeat(tx, move, claimed.get(0)));
    }

    private Future<Moved> write(SqlConnection tx, Move move, Stock stock) {
        MoveStock command = move.command;
        var movement = new NewMovement(
                move.claim.result(),
                command.sku(),
                command.quantity(),
                kind(command),
                command.reason(),
                move.call.principal().name(),
                stock.onHand() + command.quantity());
        Future<?> changed = StockRows.setOnHand(tx, movement.sku(), movement.onHand());
        Future<?> inserted = MovementRows.insert(tx, List.of(movement));
        Future<Optional<Movement>> found = MovementRows.find(tx, movement.sku(), movement.id());
        Future<Appended> appended = journal.append(tx, appends(move, movement, stock));
        return Future.all(changed, inserted, found, appended)
                .map(all -> new Moved(Reply.done(found.result().orElseThrow()), appended.result()));
    }

    private static MovementKind kind(MoveStock command) {
        MovementKind suggested = MovementKind.suggestedBy(command.quantity());
        return command.kind() == null
                ? suggested
                : MovementKind.named(command.kind()).orElse(suggested);
    }

    private List<Append<InventoryEvent>> appends(Move move, NewMovement movement, Stock before) {
        Trace trace = move.call.trace();
        var appends = new ArrayList<Append<InventoryEvent>>();
        appends.add(movement.append(trace));
        lowStock.crossing(before.sku(), before.available(), before.available() + movement.quantity())
                .ifPresent(ranLow -> appends.add(new Append<>(context.ids().get(), NEW, List.of(ranLow), trace)));
        return appends;
    }

    private static Future<Moved> repeat(SqlConnection tx, Move move, Outcome outcome) {
        if (!outcome.repeats(move.claim)) {
            return refused(
                    Refusal.of(Refusals.IDEMPOTENCY_KEY_REUSED, "The key was used before, for another movement."));
        }
        return MovementRows.find(tx, move.command.sku(), outcome.result())
                .map(found -> new Moved(Reply.done(found.orElseThrow()), null));
    }

    private static Future<Moved> refused(Refusal refusal) {
        return Future.succeededFuture(new Moved(Reply.refused(refusal), null));
    }

    private static Refusal notFound(String sku) {
        return Refusal.of(Refusals.NOT_FOUND, "There is no product " + sku + ".");
    }

    private static Buffer fingerprint(MoveStock command) {
        // No SKU has a blank in it, so this is never the meaning of another movement.
        String kind = command.kind() == null ? "" : ' ' + command.kind();
        String meaning = command.sku() + kind + '\n' + command.quantity() + '\n' + command.reason();
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return Buffer.buffer(digest.digest(meaning.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
