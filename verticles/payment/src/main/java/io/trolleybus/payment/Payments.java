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
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.PaymentEvent;
import io.trolleybus.payment.domain.PaymentEvent.PaymentVoided;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The payments as they are kept: rows and journal, which change together and only from the version that a decision was
 * made on. For one event loop.
 */
final class Payments {
    /** @param isNew whether nobody recorded this payment before, so that nobody can have charged it either */
    record Intent(Payment payment, boolean isNew) {}

    private record Intending(Charge charge, Trace trace) {}

    private record Change(Payment before, PaymentEvent event, Trace trace) {}

    private final Database database;
    private final Journal<PaymentEvent> journal;
    private final Tracing tracing;
    private final PaymentRows rows;
    private final GroupCommit<Intending, Intent> intents;
    private final GroupCommit<Change, Optional<Payment>> changes;

    Payments(ServiceContext context, Journal<PaymentEvent> journal) {
        this.database = context.database();
        this.journal = journal;
        this.tracing = context.tracing();
        this.rows = new PaymentRows();
        this.intents = new GroupCommit<>(context.vertx(), "payment.intents", context.meters(), this::commitIntents);
        this.changes = new GroupCommit<>(context.vertx(), "payment.changes", context.meters(), this::commitChanges);
    }

    /** Records that a charge is to be made, or finds what was recorded under its id before. */
    Future<Intent> intend(Charge charge, Trace trace) {
        return intents.submit(new Intending(charge, trace));
    }

    /**
     * Records what happened to a payment.
     *
     * @return the payment after it, or as somebody else has changed it in the meantime
     */
    Future<Payment> record(Payment before, PaymentEvent event, Trace trace) {
        return changes.submit(new Change(before, event, trace))
                .compose(after -> after.map(Future::succeededFuture).orElseGet(() -> find(before.id())));
    }

    /** Lets a payment be seen as one whose charge has no answer. */
    Future<Void> markUnknown(Payment payment) {
        return rows.markUnknown(database.reads(), payment.id());
    }

    /** The payment that is to be undone; if there is none, its row is closed before any charge can open it. */
    Future<Payment> findOrClose(VoidPayment command, Trace trace) {
        return rows.find(database.reads(), List.of(command.paymentId())).compose(found -> {
            Payment payment = found.get(command.paymentId());
            return payment == null ? close(command, trace) : Future.succeededFuture(payment);
        });
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
                    return appended.isPresent() ? Future.succeededFuture(closed) : find(closed.id());
                });
    }

    private Future<Payment> find(UUID id) {
        return rows.find(database.reads(), List.of(id)).map(found -> {
            Payment payment = found.get(id);
            if (payment == null) {
                throw new IllegalStateException("payment " + id + " was there and is not");
            }
            return payment;
        });
    }

    /** One statement is its own transaction; what it did not insert was there before it. */
    private Future<List<Intent>> commitIntents(List<Intending> batch) {
        var wanted = new LinkedHashMap<UUID, Payment>();
        for (Intending each : batch) {
            Charge charge = each.charge;
            wanted.putIfAbsent(
                    charge.paymentId(), Payment.intent(charge.paymentId(), charge.orderId(), charge.amount()));
        }
        var traces = batch.stream().map(Intending::trace).toList();
        return tracing.aroundBatch("payment.commit", traces, () -> rows.insert(database.reads(), wanted.values())
                .compose(inserted -> known(wanted, inserted.size() == batch.size())
                        .map(known -> intentsOf(batch, inserted, known))));
    }

    private Future<Map<UUID, Payment>> known(Map<UUID, Payment> wanted, boolean allNew) {
        return allNew ? Future.succeededFuture(wanted) : rows.find(database.reads(), wanted.keySet());
    }

    /** Of several charges with one id in a batch, the first is the new one. */
    private static List<Intent> intentsOf(List<Intending> batch, Set<UUID> inserted, Map<UUID, Payment> found) {
        var intents = new ArrayList<Intent>(batch.size());
        for (Intending each : batch) {
            UUID id = each.charge.paymentId();
            Payment payment = found.get(id);
            if (payment == null) {
                throw new IllegalStateException("payment " + id + " is neither new nor known");
            }
            intents.add(new Intent(payment, inserted.remove(id)));
        }
        return intents;
    }

    private Future<List<Optional<Payment>>> commitChanges(List<Change> batch) {
        var firstOfEach = new HashMap<UUID, Change>();
        batch.forEach(change -> firstOfEach.putIfAbsent(change.before.id(), change));
        var changes = firstOfEach.values().stream()
                .sorted(Comparator.comparing((Change change) -> change.before.id()))
                .toList();
        var after = changes.stream()
                .map(change -> change.before.apply(change.event))
                .toList();
        var appends = changes.stream().map(Payments::append).toList();
        var traces = batch.stream().map(Change::trace).toList();
        return tracing.aroundBatch("payment.commit", traces, () -> rows.change(database, after, journal, appends)
                .map(changed -> {
                    journal.nudge(changed.position(), namesOf(changes, changed.ids()));
                    return outcomes(batch, changed.ids());
                }));
    }

    private Set<String> namesOf(List<Change> changes, Set<UUID> made) {
        var names = new HashSet<String>();
        for (Change change : changes) {
            if (made.contains(change.before.id())) {
                names.add(journal.nameOf(change.event));
            }
        }
        return names;
    }

    /** Of several changes of one payment in a batch, the first was made. */
    private static List<Optional<Payment>> outcomes(List<Change> batch, Set<UUID> changed) {
        var made = new HashSet<>(changed);
        var outcomes = new ArrayList<Optional<Payment>>(batch.size());
        for (Change change : batch) {
            boolean first = made.remove(change.before.id());
            outcomes.add(first ? Optional.of(change.before.apply(change.event)) : Optional.empty());
        }
        return outcomes;
    }

    private static Append<PaymentEvent> append(Change change) {
        return new Append<>(change.before.id(), change.before.version(), List.of(change.event), change.trace);
    }
}
