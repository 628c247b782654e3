package io.trolleybus.order;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Appended;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderCommand;
import io.trolleybus.order.domain.OrderEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes orders that exist: loads one from its events, decides, appends what follows and brings the row up to it, in
 * one transaction under a lock of the row. Placing and confirming go another way, {@link OrderWrites}, many to a
 * commit; between the two the order's version decides. For one event loop.
 */
final class OrderDesk {
    private static final String LOCK = "select from orders where id = $1 for update";

    private static final String UPDATE = """
            update orders
            set version = $2, status = $3, payment_status = $4, captured = $5, refunded = $6,
                afterwards = $7::text::json, updated_at = $8
            where id = $1
            """;

    private final Database database;
    private final Journal<OrderEvent> journal;
    private final InstantSource clock;

    OrderDesk(Database database, Journal<OrderEvent> journal, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.clock = clock;
    }

    /** What is to be done in the same transaction. */
    @FunctionalInterface
    interface Also {
        Also NOTHING = (tx, order) -> Future.succeededFuture();

        /**
         * Before the order is locked: whoever holds a saga lease holds it before any order, lest two wait in a circle.
         */
        default Future<?> first(SqlConnection tx) {
            return Future.succeededFuture();
        }

        /** If events follow. */
        Future<?> run(SqlConnection tx, Order changed);
    }

    /**
     * A command to one order.
     *
     * @param claim under which the command is done once only; null if it is by its nature
     * @param as who must be allowed to see the order
     */
    record Change(UUID orderId, OrderCommand command, Principal as, Trace trace, Outcomes.@Nullable Claim claim) {}

    /**
     * An order after a command.
     *
     * @param result what the command's claim stands for: that of the first, if this was a repeat
     */
    record Changed(Order order, Appended appended, @Nullable UUID result) {}

    private static final class KeyTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        KeyTaken() {
            super("the key was claimed for another order meanwhile", null, false, false);
        }
    }

    /** Refused with {@code not-found}, {@code idempotency-key-reused}, and whatever the order refuses with. */
    Future<Reply<Changed>> change(Change change, Also also) {
        return database.transaction(tx -> changeIn(tx, change, also))
                .onSuccess(this::nudge)
                .recover(OrderDesk::refusedIfKeyTaken);
    }

    /** For a transaction with {@link #changeIn} that failed: a key may be claimed elsewhere at the same moment. */
    static <R> Future<Reply<R>> refusedIfKeyTaken(Throwable cause) {
        return cause instanceof KeyTaken ? Future.succeededFuture(keyReused()) : Future.failedFuture(cause);
    }

    /**
     * The same within a transaction; {@link #nudge} is to be called when it is committed, {@link #refusedIfKeyTaken} if
     * it failed.
     */
    Future<Reply<Changed>> changeIn(SqlConnection tx, Change change, Also also) {
        return also.first(tx)
                .compose(ready -> tx.preparedQuery(LOCK).execute(Tuple.of(change.orderId)))
                .compose(locked -> journal.read(tx, change.orderId).compose(events -> {
                    Order order = new OrderStory(change.orderId, events).whole();
                    return order == null || !mayBeSeen(order, change.as)
                            ? Future.succeededFuture(Reply.refused(OrderViews.notFound(change.orderId)))
                            : unlessRepeated(tx, change, order, () -> decide(tx, change, order, also));
                }));
    }

    void nudge(Reply<Changed> reply) {
        reply.fold(
                changed -> {
                    journal.nudge(changed.appended);
                    return true;
                },
                refusal -> false);
    }

    private static boolean mayBeSeen(Order order, Principal principal) {
        return principal.maySee(order.userId()) || principal.isService();
    }

    private interface Decision {
        Future<Reply<Changed>> decide();
    }

    private static Future<Reply<Changed>> unlessRepeated(
            SqlConnection tx, Change change, Order order, Decision decision) {
        Outcomes.Claim claim = change.claim;
        if (claim == null) {
            return decision.decide();
        }
        return Outcomes.find(tx, List.of(claim)).compose(found -> {
            Outcomes.Outcome standing = found.get(0);
            if (standing == null) {
                return decision.decide();
            }
            return Future.succeededFuture(
                    standing.repeats(claim)
                            ? Reply.done(new Changed(order, Appended.NOTHING, standing.result()))
                            : keyReused());
        });
    }

    private Future<Reply<Changed>> decide(SqlConnection tx, Change change, Order order, Also also) {
        return order.decide(change.command)
                .fold(
                        events -> events.isEmpty()
                                ? Future.succeededFuture(Reply.done(new Changed(order, Appended.NOTHING, null)))
                                : write(tx, change, order, events, also).map(Reply::done),
                        refusal -> Future.succeededFuture(Reply.refused(refusal)));
    }

    /** The append comes last, since every other append of the service waits for its end. */
    private Future<Changed> write(SqlConnection tx, Change change, Order before, List<OrderEvent> events, Also also) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Order after = before.after(events, now);
        var append = new Append<>(before.id(), before.version(), events, change.trace, now);
        return claim(tx, change.claim)
                .compose(claimed -> tx.preparedQuery(UPDATE).execute(columns(after)))
                .compose(updated -> also.run(tx, after))
                .compose(done -> journal.append(tx, List.of(append)))
                .compose(appended -> appended.accepted(append)
                        ? Future.succeededFuture(
                                new Changed(after, appended, change.claim == null ? null : change.claim.result()))
                        : Future.failedFuture(
                                new IllegalStateException("order " + before.id() + " moved under a lock of its row")));
    }

    private static Future<?> claim(SqlConnection tx, Outcomes.@Nullable Claim claim) {
        return claim == null
                ? Future.succeededFuture()
                : Outcomes.claim(tx, List.of(claim))
                        .compose(outcomes -> outcomes.get(0).first()
                                ? Future.succeededFuture()
                                : Future.failedFuture(new KeyTaken()));
    }

    private static Tuple columns(Order after) {
        return Tuple.tuple()
                .addValue(after.id())
                .addValue(after.version())
                .addValue(after.state().status().name())
                .addValue(after.payment().status().name())
                .addValue(after.payment().captured().amount())
                .addValue(after.payment().refunded().amount())
                .addValue(Afterwards.write(after))
                .addValue(after.updatedAt().atOffset(ZoneOffset.UTC));
    }

    static <R> Reply<R> keyReused() {
        return Reply.refused(Refusals.IDEMPOTENCY_KEY_REUSED, "the Idempotency-Key was used for another command");
    }
}
