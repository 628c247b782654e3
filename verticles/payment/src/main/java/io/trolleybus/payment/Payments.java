package io.trolleybus.payment;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.Tracing;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Appended;
import io.trolleybus.journal.GroupCommit;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.PaymentMessages.Charge;
import io.trolleybus.model.PaymentMessages.VoidPayment;
import io.trolleybus.payment.PaymentWrite.Change;
import io.trolleybus.payment.PaymentWrite.Intend;
import io.trolleybus.payment.PaymentWrite.Outcome;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.PaymentEvent;
import io.trolleybus.payment.domain.PaymentEvent.PaymentVoided;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The payments as they are kept: rows and journal, which change together and only from the version that a decision was
 * made on. For one event loop.
 */
final class Payments {
    /** @param isNew whether nobody recorded this payment before, so that nobody can have charged it either */
    record Intent(Payment payment, boolean isNew) {}

    private final Database database;
    private final Journal<PaymentEvent> journal;
    private final Tracing tracing;
    private final PaymentRows rows;
    private final GroupCommit<PaymentWrite, Outcome> writes;

    Payments(ServiceContext context, Journal<PaymentEvent> journal) {
        this.database = context.database();
        this.journal = journal;
        this.tracing = context.tracing();
        this.rows = new PaymentRows();
        this.writes = new GroupCommit<>(context.vertx(), "payment", context.meters(), this::commit);
    }

    /** Records that a charge is to be made, or finds what was recorded under its id before. */
    Future<Intent> intend(Charge charge, Trace trace) {
        Payment payment = Payment.intent(charge.paymentId(), charge.orderId(), charge.amount());
        return writes.submit(new Intend(payment, trace)).map(outcome -> new Intent(outcome.payment(), outcome.made()));
    }

    /**
     * Records what happened to a payment.
     *
     * @return the payment after it, or as somebody else has changed it in the meantime
     */
    Future<Payment> record(Payment before, PaymentEvent event, Trace trace) {
        return change(before, event, trace).map(Outcome::payment);
    }

    /** The same, for those who have to know whether it was they who did it. */
    Future<Outcome> change(Payment before, PaymentEvent event, Trace trace) {
        return writes.submit(new Change(before, event, trace));
    }

    Future<Optional<Payment>> find(UUID id) {
        return rows.find(database.reads(), List.of(id)).map(found -> Optional.ofNullable(found.get(id)));
    }

    /** Lets a payment be seen as one whose charge has no answer. */
    Future<Void> markUnknown(Payment payment) {
        return rows.markUnknown(database.reads(), payment.id());
    }

    /** The payment that is to be undone; if there is none, its row is closed before any charge can open it. */
    Future<Payment> findOrClose(VoidPayment command, Trace trace) {
        return find(command.paymentId())
                .compose(found -> found.map(Future::succeededFuture).orElseGet(() -> close(command, trace)));
    }

    private Future<Payment> close(VoidPayment command, Trace trace) {
        Payment unseen = Payment.unseen(command.paymentId(), command.orderId());
        var voided = new PaymentVoided(unseen.id(), unseen.orderId());
        Payment closed = unseen.apply(voided);
        return database.transaction(tx -> rows.insert(tx, List.of(closed))
                        .compose(inserted -> inserted.isEmpty()
                                ? Future.succeededFuture(Optional.<Appended>empty())
                                : journal.append(tx, List.of(append(new Change(unseen, voided, trace))))
                                        .map(Optional::of)))
                .compose(appended -> {
                    appended.ifPresent(journal::nudge);
                    return appended.isPresent() ? Future.succeededFuture(closed) : findPresent(closed.id());
                });
    }

    private Future<Payment> findPresent(UUID id) {
        return rows.find(database.reads(), List.of(id)).map(found -> present(id, found));
    }

    private Future<List<Outcome>> commit(List<PaymentWrite> batch) {
        var traces = batch.stream().map(PaymentWrite::trace).toList();
        return tracing.aroundBatch("payment.commit", traces, () -> commitFirsts(batch));
    }

    /** Of several writes of one kind for one payment the first is made; whatever was not made is looked up. */
    private Future<List<Outcome>> commitFirsts(List<PaymentWrite> batch) {
        var intents = new TreeMap<UUID, PaymentWrite>();
        var changes = new TreeMap<UUID, Change>();
        for (PaymentWrite write : batch) {
            if (write instanceof Change change) {
                changes.putIfAbsent(change.id(), change);
            } else {
                intents.putIfAbsent(write.id(), write);
            }
        }
        var appends = changes.values().stream().map(Payments::append).toList();
        return rows.commit(database, after(intents.values()), changes.values(), journal, appends)
                .compose(committed -> {
                    journal.nudge(committed.position(), namesOf(changes, committed.changed()));
                    intents.keySet().retainAll(committed.inserted());
                    changes.keySet().retainAll(committed.changed());
                    return outcomes(batch, made(intents, changes));
                });
    }

    private static List<Payment> after(Collection<? extends PaymentWrite> writes) {
        return writes.stream().map(PaymentWrite::after).toList();
    }

    /** By identity, since two callers may want the very same. */
    private static Set<PaymentWrite> made(Map<UUID, PaymentWrite> intents, Map<UUID, Change> changes) {
        Set<PaymentWrite> made = Collections.newSetFromMap(new IdentityHashMap<>());
        made.addAll(intents.values());
        made.addAll(changes.values());
        return made;
    }

    private Future<List<Outcome>> outcomes(List<PaymentWrite> batch, Set<PaymentWrite> made) {
        Set<UUID> others = batch.stream()
                .filter(write -> !made.contains(write))
                .map(PaymentWrite::id)
                .collect(Collectors.toSet());
        Future<Map<UUID, Payment>> found =
                others.isEmpty() ? Future.succeededFuture(Map.of()) : rows.find(database.reads(), others);
        return found.map(known -> batch.stream()
                .map(write -> made.contains(write)
                        ? new Outcome(true, write.after())
                        : new Outcome(false, present(write.id(), known)))
                .toList());
    }

    private static Payment present(UUID id, Map<UUID, Payment> found) {
        Payment payment = found.get(id);
        if (payment == null) {
            throw new IllegalStateException("payment " + id + " was there and is not");
        }
        return payment;
    }

    private Set<String> namesOf(Map<UUID, Change> changes, Set<UUID> made) {
        return changes.values().stream()
                .filter(change -> made.contains(change.id()))
                .map(change -> journal.nameOf(change.event()))
                .collect(Collectors.toSet());
    }

    private static Append<PaymentEvent> append(Change change) {
        return new Append<>(change.id(), change.before().version(), List.of(change.event()), change.trace());
    }
}
