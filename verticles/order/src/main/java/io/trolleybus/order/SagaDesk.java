package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Database;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.SagaMessages.CompensateSaga;
import io.trolleybus.model.SagaMessages.FindSagas;
import io.trolleybus.model.SagaMessages.GetSaga;
import io.trolleybus.model.SagaMessages.RetrySaga;
import io.trolleybus.model.SagaMessages.Saga;
import io.trolleybus.model.SagaMessages.SagaPage;
import io.trolleybus.order.OrderDesk.Change;
import io.trolleybus.order.OrderDesk.Changed;
import io.trolleybus.order.SagaViews.Stored;
import io.trolleybus.order.domain.OrderCommand;
import io.trolleybus.saga.SagaLease;
import io.trolleybus.saga.SagaRunner;
import io.trolleybus.saga.SagaState;
import io.trolleybus.saga.SagaStore;
import io.trolleybus.saga.SagaVersions;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The operator's hand on the sagas: looks at them, has parked ones tried again, has others turn back. Whichever process
 * is asked takes the saga over; the event that notes who did it and why moves the order's version, by which whoever ran
 * the saga is told to drop it. For one event loop.
 */
final class SagaDesk {
    /** One kind of sagas, wherever they are kept. */
    record Kind(SagaVersions<?> versions, SagaRunner<?> runner, SagaStore<?> store) {}

    private final Database database;
    private final SagaLease lease;
    private final OrderDesk desk;
    private final List<Kind> kinds;
    private final SagaViews views;

    SagaDesk(Database database, SagaLease lease, OrderDesk desk, List<Kind> kinds) {
        this.database = database;
        this.lease = lease;
        this.desk = desk;
        this.kinds = kinds;
        this.views = new SagaViews(
                database.reads(),
                kinds.stream().<SagaVersions<?>>map(Kind::versions).toList());
    }

    Future<Reply<SagaPage>> find(Call call, FindSagas query) {
        String cursor = query.page().cursor();
        if (!call.principal().isOperator()) {
            return forbidden();
        }
        try {
            return views.find(query, cursor == null ? null : UUID.fromString(cursor))
                    .map(Reply::done);
        } catch (IllegalArgumentException notAnId) {
            return Future.succeededFuture(Reply.refused(Refusals.INVALID, "the cursor is not one of ours"));
        }
    }

    Future<Reply<Saga>> get(Call call, GetSaga query) {
        return call.principal().isOperator() ? get(query.sagaId()) : forbidden();
    }

    private Future<Reply<Saga>> get(UUID id) {
        return views.get(id).map(saga -> saga == null ? Reply.refused(notFound(id)) : Reply.done(saga));
    }

    Future<Reply<Saga>> retry(Call call, RetrySaga command) {
        return intervene(call, command.sagaId(), command.reason(), new Hand() {
            @Override
            public Optional<SagaState> turn(Kind kind, Stored saga) {
                return saga.state().retried();
            }

            @Override
            public OrderCommand command(Stored saga, UUID by) {
                return new OrderCommand.RetrySaga(saga.id(), saga.definition(), command.reason(), by);
            }
        });
    }

    Future<Reply<Saga>> compensate(Call call, CompensateSaga command) {
        var because = Refusal.of(Refusals.WITHDRAWN, command.reason());
        return intervene(call, command.sagaId(), command.reason(), new Hand() {
            @Override
            public Optional<SagaState> turn(Kind kind, Stored saga) {
                return kind.versions.turnedBack(saga.version(), saga.state(), because);
            }

            @Override
            public OrderCommand command(Stored saga, UUID by) {
                return new OrderCommand.CompensateSaga(saga.id(), saga.definition(), command.reason(), by);
            }
        });
    }

    /** What an operator does to a saga. */
    private interface Hand {
        /** Where it leads; empty if it cannot be done. */
        Optional<SagaState> turn(Kind kind, Stored saga);

        /** What is noted with the order. */
        OrderCommand command(Stored saga, UUID by);
    }

    private Future<Reply<Saga>> intervene(Call call, UUID id, String reason, Hand hand) {
        UUID user = call.principal().userId();
        if (user == null || !call.principal().isOperator()) {
            return forbidden();
        }
        return OrderDeskRules.checkReason(reason)
                .<Future<Reply<Saga>>>map(refusal -> Future.succeededFuture(Reply.refused(refusal)))
                .orElseGet(() -> database.transaction(
                                tx -> lease.require(tx).compose(held -> intervene(tx, call, user, id, hand)))
                        .compose(reply -> reply.fold(
                                done -> goOn(id, done), refusal -> Future.succeededFuture(Reply.refused(refusal)))));
    }

    private record Done(Kind kind, Reply<Changed> changed) {}

    private Future<Reply<Done>> intervene(SqlConnection tx, Call call, UUID user, UUID id, Hand hand) {
        return SagaViews.lock(tx, id).compose(saga -> {
            if (saga == null) {
                return Future.succeededFuture(Reply.refused(notFound(id)));
            }
            // Of a kind or a version that this program does not know it can do nothing.
            Optional<Kind> known = kinds.stream()
                    .filter(one -> one.versions.name().equals(saga.definition())
                            && one.versions.known().contains(saga.version()))
                    .findFirst();
            Optional<SagaState> next = known.flatMap(kind -> hand.turn(kind, saga));
            if (known.isEmpty() || next.isEmpty()) {
                return Future.succeededFuture(Reply.refused(notNow(saga)));
            }
            Kind kind = known.get();
            var change = new Change(saga.orderId(), hand.command(saga, user), call.principal(), call.trace(), null);
            return desk.changeIn(
                            tx, change, (same, order) -> kind.store.replace(same, id, next.get(), lease.owner()))
                    .map(changed -> changed.map(order -> new Done(kind, changed)));
        });
    }

    private Future<Reply<Saga>> goOn(UUID id, Done done) {
        desk.nudge(done.changed);
        return done.kind.runner.replace(lease.owner(), id).compose(resumed -> get(id));
    }

    private static Refusal notNow(Stored saga) {
        return new Refusal(
                Refusals.SAGA_STATE,
                "that cannot be done with a saga of " + saga.definition() + " that is " + saga.status(),
                Map.of("status", saga.status().name()));
    }

    private static Refusal notFound(UUID id) {
        return Refusal.of(Refusals.NOT_FOUND, "there is no saga " + id);
    }

    private static <T> Future<Reply<T>> forbidden() {
        return Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only an operator looks after sagas"));
    }
}
