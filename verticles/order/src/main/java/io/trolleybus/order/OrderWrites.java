package io.trolleybus.order;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.order.OrderStatement.Insert;
import io.trolleybus.order.OrderStatement.Move;
import io.trolleybus.order.OrderWrite.Advance;
import io.trolleybus.order.OrderWrite.Outcome;
import io.trolleybus.order.OrderWrite.Place;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.saga.SagaLease;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The commits of the order service: new orders and the progress of older ones, a batch at a time. Keys that were taken
 * are looked up afterwards, since repeats are rare. For one event loop.
 */
final class OrderWrites {
    private final Database database;
    private final Journal<OrderEvent> journal;
    private final SagaLease lease;
    private final InstantSource clock;

    OrderWrites(Database database, Journal<OrderEvent> journal, SagaLease lease, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.lease = lease;
        this.clock = clock;
    }

    /** A write with the order as it will be, and the events that make it so. */
    private record Change(OrderWrite write, PlacedOrder subject, int expectedVersion, List<OrderEvent> events) {
        UUID id() {
            return subject.order().id();
        }

        Append<OrderEvent> append() {
            return new Append<>(
                    id(),
                    expectedVersion,
                    events,
                    subject.trace(),
                    subject.order().updatedAt());
        }
    }

    private record Written(Set<UUID> ids, long position) {}

    /** Fails, with nothing written, if the saga lease is lost. */
    Future<List<Outcome>> commit(List<OrderWrite> writes) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<Change> changes = writes.stream().map(write -> change(write, now)).toList();
        // Of two moves of one order the first is made: the other, of a saga that was dropped meanwhile, comes too late.
        Set<UUID> moved = new HashSet<>();
        List<Change> firsts =
                changes.stream().filter(change -> moved.add(change.id())).toList();
        return database.commit(OrderStatement.SQL, parameters(firsts))
                .compose(this::written)
                .compose(written -> {
                    journal.nudge(written.position, namesOf(firsts, written.ids));
                    return outcomes(changes, written.ids);
                });
    }

    /** What stands under a key whose command cannot be accepted for another reason. */
    Future<Optional<Outcome>> standing(Outcomes.Claim claim) {
        return Outcomes.find(database.reads(), List.of(claim))
                .map(found -> Optional.ofNullable(found.get(0)).map(standing -> repeated(claim, standing)));
    }

    private static Change change(OrderWrite write, Instant now) {
        if (write instanceof Place place) {
            return new Change(place, place.subject(), 0, List.of(place.event()));
        }
        var advance = (Advance) write;
        Order order = advance.subject().order();
        List<OrderEvent> events = SagaEnd.eventsOf(advance.state(), order);
        return new Change(advance, advance.subject().with(order.after(events, now)), order.version(), events);
    }

    private Tuple parameters(List<Change> changes) {
        var inserts = new ArrayList<Insert>();
        var moves = new ArrayList<Move>();
        var appends = new ArrayList<Append<OrderEvent>>();
        for (Change change : changes) {
            if (change.write instanceof Place place) {
                inserts.add(new Insert(change.subject, place.claim()));
            } else {
                var advance = (Advance) change.write;
                moves.add(new Move(change.subject, change.expectedVersion, advance.state(), advance.log()));
            }
            if (!change.events.isEmpty()) {
                appends.add(change.append());
            }
        }
        return OrderStatement.parameters(lease, inserts, moves, journal, appends);
    }

    private Future<Written> written(RowSet<Row> rows) {
        var ids = new HashSet<UUID>();
        boolean held = false;
        long position = 0;
        for (Row row : rows) {
            switch (row.getString(0)) {
                case "held" -> held = true;
                case "appended" -> position = row.getLong(2);
                default -> ids.add(row.getUUID(1));
            }
        }
        return held
                ? Future.succeededFuture(new Written(ids, position))
                : Future.failedFuture(new UnavailableException("the saga lease of " + lease.owner() + " is lost"));
    }

    private Set<String> namesOf(List<Change> changes, Set<UUID> written) {
        var names = new HashSet<String>();
        for (Change change : changes) {
            if (written.contains(change.id())) {
                change.events.forEach(event -> names.add(journal.nameOf(event)));
            }
        }
        return names;
    }

    private Future<List<Outcome>> outcomes(List<Change> changes, Set<UUID> written) {
        var taken = changes.stream()
                .filter(change -> change.write instanceof Place && !written.contains(change.id()))
                .map(change -> ((Place) change.write).claim())
                .toList();
        Future<List<Outcomes.@Nullable Outcome>> found =
                taken.isEmpty() ? Future.succeededFuture(List.of()) : Outcomes.find(database.reads(), taken);
        return found.map(outcomes -> {
            var repeats = outcomes.iterator();
            List<Outcome> answers = new ArrayList<>(changes.size());
            Set<UUID> answered = new HashSet<>();
            for (Change change : changes) {
                boolean first = answered.add(change.id());
                if (first && written.contains(change.id())) {
                    answers.add(new Outcome.Written(change.subject));
                } else {
                    answers.add(
                            change.write instanceof Place place
                                    ? repeated(place.claim(), repeats.next())
                                    : new Outcome.Stale());
                }
            }
            return answers;
        });
    }

    private static Outcome repeated(Outcomes.Claim claim, Outcomes.@Nullable Outcome standing) {
        if (standing != null && standing.repeats(claim)) {
            return new Outcome.Repeated(standing.result());
        }
        return new Outcome.Refused(
                Refusal.of(Refusals.IDEMPOTENCY_KEY_REUSED, "the Idempotency-Key was used for another order"));
    }
}
