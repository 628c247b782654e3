package io.trolleybus.order;

import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Appended;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.order.OrderWrite.Advance;
import io.trolleybus.order.OrderWrite.Outcome;
import io.trolleybus.order.OrderWrite.Place;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.order.domain.Pricing;
import io.trolleybus.order.domain.Pricing.Price;
import io.trolleybus.saga.SagaLease;
import io.trolleybus.saga.SagaState;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * One commit of the order service: new orders and the progress of older ones, as a handful of set-based statements in
 * two round trips. The first claims keys, prices lines, and moves the rows of sagas that went on; the second writes
 * what those answers allow. For one event loop.
 */
final class OrderWrites {
    private final Journal<OrderEvent> journal;
    private final SagaLease lease;
    private final InstantSource clock;

    OrderWrites(Journal<OrderEvent> journal, SagaLease lease, InstantSource clock) {
        this.journal = journal;
        this.lease = lease;
        this.clock = clock;
    }

    /** What a batch wrote, and what readers of the feed are to be told after the commit. */
    record Written(List<Outcome> outcomes, Appended appended) {}

    private record Found(List<Outcomes.Outcome> claims, Map<String, Price> prices, Set<UUID> moved) {}

    /** An order that is new or moved, with the events that made it so and the state of its saga. */
    private record Change(
            PlacedOrder subject, int expectedVersion, List<OrderEvent> events, Instant at, SagaState state) {}

    /** Runs within the transaction of a batch. Fails if the saga lease is lost: then nothing may be written. */
    Future<Written> write(SqlConnection tx, List<OrderWrite> writes) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var places = writes.stream()
                .filter(Place.class::isInstance)
                .map(Place.class::cast)
                .toList();
        var changes = writes.stream()
                .filter(Advance.class::isInstance)
                .map(write -> change((Advance) write, now))
                .toList();
        Future<Boolean> held = lease.hold(tx);
        Future<List<Outcomes.Outcome>> claims = places.isEmpty()
                ? Future.succeededFuture(List.of())
                : Outcomes.claim(tx, places.stream().map(Place::claim).toList());
        Future<Map<String, Price>> prices = Prices.of(tx, skus(places));
        Future<Set<UUID>> moved = OrderTable.move(tx, moves(changes), lease.owner());
        return Future.all(held, claims, prices, moved).compose(all -> {
            if (!held.result()) {
                return Future.failedFuture(new UnavailableException("the saga lease of " + lease.owner() + " is lost"));
            }
            var found = new Found(claims.result(), prices.result(), moved.result());
            return writeRest(tx, writes, changes, found, now);
        });
    }

    private Future<Written> writeRest(
            SqlConnection tx, List<OrderWrite> writes, List<Change> changes, Found found, Instant now) {
        var outcomes = new ArrayList<Outcome>(writes.size());
        var created = new ArrayList<Change>();
        var appends = new ArrayList<Append<OrderEvent>>();
        var unused = new ArrayList<Outcomes.Claim>();
        Iterator<Outcomes.Outcome> claims = found.claims.iterator();
        Iterator<Change> advances = changes.iterator();
        for (OrderWrite write : writes) {
            if (write instanceof Place each) {
                Outcomes.Outcome claim = claims.next();
                Outcome outcome = place(each, claim, found.prices, now, created);
                outcomes.add(outcome);
                if (claim.first() && outcome instanceof Outcome.Refused) {
                    unused.add(each.claim());
                }
            } else {
                outcomes.add(advanced(advances.next(), found.moved, appends));
            }
        }
        created.forEach(change -> appends.add(append(change)));
        Future<Appended> appended = journal.append(tx, appends);
        Future<?> inserted =
                OrderTable.insert(tx, created.stream().map(Change::subject).toList(), lease.owner());
        Future<?> dropped = Outcomes.release(tx, unused);
        return Future.all(appended, inserted, dropped)
                .compose(done -> appended.result().streams().size() == appends.size()
                        ? Future.succeededFuture(new Written(outcomes, appended.result()))
                        : Future.failedFuture(
                                new IllegalStateException("a row and its journal disagree about a version")));
    }

    private static Outcome place(
            Place place, Outcomes.Outcome claim, Map<String, Price> prices, Instant now, List<Change> created) {
        if (!claim.first()) {
            return claim.repeats(place.claim())
                    ? new Outcome.Repeated(claim.result())
                    : refused(Refusals.IDEMPOTENCY_KEY_REUSED, "the Idempotency-Key was used for another order");
        }
        return Pricing.price(place.command().lines(), prices)
                .fold(
                        priced -> {
                            OrderEvent event = new OrderEvent.OrderCreated(
                                    place.userId(), priced.lines(), priced.total(), place.paymentId());
                            Order order = event.applyTo(null, place.orderId(), now);
                            var subject = new PlacedOrder(order, place.command().paymentToken(), place.trace());
                            created.add(new Change(subject, 0, List.of(event), now, SagaColumn.START));
                            return new Outcome.Written(subject);
                        },
                        Outcome.Refused::new);
    }

    private static Outcome refused(String code, String detail) {
        return new Outcome.Refused(Refusal.of(code, detail));
    }

    private static Outcome advanced(Change change, Set<UUID> moved, List<Append<OrderEvent>> appends) {
        if (!moved.contains(change.subject.order().id())) {
            return new Outcome.Stale();
        }
        if (!change.events.isEmpty()) {
            appends.add(append(change));
        }
        return new Outcome.Written(change.subject);
    }

    private static Append<OrderEvent> append(Change change) {
        Trace trace = change.subject.trace();
        return new Append<>(change.subject.order().id(), change.expectedVersion, change.events, trace, change.at);
    }

    /** What a saga's state means for its order: nothing, until it ends. */
    private static Change change(Advance advance, Instant now) {
        Order order = advance.subject().order();
        List<OrderEvent> events = SagaEnd.eventsOf(advance.state(), order);
        Order next = order.after(events, now);
        return new Change(advance.subject().with(next), order.version(), events, now, advance.state());
    }

    private static List<OrderTable.Move> moves(List<Change> changes) {
        return changes.stream()
                .map(change -> new OrderTable.Move(change.subject, change.expectedVersion, change.state))
                .toList();
    }

    private static Set<String> skus(List<Place> places) {
        var skus = new HashSet<String>();
        places.forEach(place -> place.command().lines().forEach(line -> skus.add(line.sku())));
        return skus;
    }
}
