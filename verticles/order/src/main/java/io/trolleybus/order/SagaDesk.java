package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Database;
import io.trolleybus.journal.Outcomes;
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
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
        return intervene(call, new Intervention(command.sagaId(), command.reason(), command.key(), command) {
            @Override
            Optional<SagaState> turn(Known known) {
                return known.state.retried();
            }

            @Override
            Optional<String> obstacle(Known known) {
                return Optional.empty();
            }

            @Override
            OrderCommand command(Stored saga, UUID by) {
                return new OrderCommand.RetrySaga(saga.id(), saga.definition(), command.reason(), by);
            }
        });
    }

    Future<Reply<Saga>> compensate(Call call, CompensateSaga command) {
        // What an operator thinks of an order is not for its customer, who reads the rest.
        var because = new Refusal(Refusals.WITHDRAWN, "an operator withdrew it", Map.of("reason", command.reason()));
        return intervene(call, new Intervention(command.sagaId(), command.reason(), command.key(), command) {
            @Override
            Optional<SagaState> turn(Known known) {
                return known.kind.versions.turnedBack(known.saga.version(), known.state, because);
            }

            @Override
            Optional<String> obstacle(Known known) {
                return known.kind
                        .versions
                        .mustBeDone(known.saga.version(), known.state)
                        .map(step -> "a saga of " + known.saga.definition() + " cannot turn back: its step " + step
                                + " has to be done in any case, and can only be tried again");
            }

            @Override
            OrderCommand command(Stored saga, UUID by) {
                return new OrderCommand.CompensateSaga(saga.id(), saga.definition(), command.reason(), by);
            }
        });
    }

    /** A saga that this program can do something with. */
    private record Known(Stored saga, Kind kind, SagaState state) {}

    /** What an operator wants to do to a saga. */
    private abstract static class Intervention {
        final UUID saga;
        final String reason;
        final @Nullable String key;
        private final Buffer fingerprint;

        Intervention(UUID saga, String reason, @Nullable String key, Record command) {
            this.saga = saga;
            this.reason = reason;
            this.key = key;
            this.fingerprint = Fingerprint.ofAll(command);
        }

        /** Under the operator's own key, or else the message's id, which stays when the message is sent again. */
        Outcomes.Claim claim(Call call, UUID by) {
            String id = call.id().toString();
            return new Outcomes.Claim(by.toString(), key == null ? id : key, fingerprint, call.id());
        }

        /** Where it leads; empty if it cannot be done. */
        abstract Optional<SagaState> turn(Known known);

        /** Why it cannot be done, if there is more to say than how the saga is. */
        abstract Optional<String> obstacle(Known known);

        /** What is noted with the order. */
        abstract OrderCommand command(Stored saga, UUID by);
    }

    private Future<Reply<Saga>> intervene(Call call, Intervention wanted) {
        UUID user = call.principal().userId();
        if (user == null || !call.principal().isOperator()) {
            return forbidden();
        }
        return OrderDeskRules.checkIntervention(wanted.reason, wanted.key)
                .<Future<Reply<Saga>>>map(SagaDesk::refused)
                .orElseGet(() -> database.transaction(
                                tx -> lease.require(tx).compose(held -> intervene(tx, call, user, wanted)))
                        .recover(OrderDesk::refusedIfKeyTaken)
                        .compose(reply -> reply.fold(done -> goOn(wanted.saga, done), SagaDesk::refused)));
    }

    /** A saga that was changed, and its kind. */
    private record Done(Kind kind, Reply<Changed> changed) {}

    /** Done, or nothing since it was done before. */
    private Future<Reply<Optional<Done>>> intervene(SqlConnection tx, Call call, UUID user, Intervention wanted) {
        Outcomes.Claim claim = wanted.claim(call, user);
        return SagaViews.lock(tx, wanted.saga).compose(saga -> {
            if (saga == null) {
                return refused(notFound(wanted.saga));
            }
            return Outcomes.find(tx, List.of(claim)).compose(found -> {
                Outcomes.Outcome standing = found.get(0);
                if (standing == null) {
                    var change = new Change(
                            saga.orderId(), wanted.command(saga, user), call.principal(), call.trace(), claim);
                    return turn(tx, saga, wanted, change);
                }
                return Future.succeededFuture(
                        standing.repeats(claim) ? Reply.done(Optional.empty()) : OrderDesk.keyReused());
            });
        });
    }

    /** With a saga of a kind or a version that this program does not know, or cannot read, it can do nothing. */
    private Future<Reply<Optional<Done>>> turn(SqlConnection tx, Stored saga, Intervention wanted, Change change) {
        return kinds.stream()
                .filter(kind -> kind.versions.name().equals(saga.definition())
                        && kind.versions.known().contains(saga.version()))
                .findFirst()
                .flatMap(kind -> saga.state().map(state -> new Known(saga, kind, state)))
                .map(known -> wanted.turn(known)
                        .map(next -> replace(tx, known, next, change))
                        .orElseGet(() -> refused(notNow(saga, wanted.obstacle(known)))))
                .orElseGet(() -> refused(notNow(saga, Optional.empty())));
    }

    private Future<Reply<Optional<Done>>> replace(SqlConnection tx, Known known, SagaState next, Change change) {
        UUID id = known.saga.id();
        return desk.changeIn(tx, change, (same, order) -> known.kind.store.replace(same, id, next, lease.owner()))
                .map(changed -> changed.map(order -> Optional.of(new Done(known.kind, changed))));
    }

    private Future<Reply<Saga>> goOn(UUID id, Optional<Done> changed) {
        return changed.map(done -> {
                    desk.nudge(done.changed);
                    return done.kind.runner.replace(lease.owner(), id);
                })
                .orElseGet(Future::succeededFuture)
                .compose(resumed -> get(id));
    }

    private static Refusal notNow(Stored saga, Optional<String> obstacle) {
        return new Refusal(
                Refusals.SAGA_STATE,
                obstacle.orElseGet(
                        () -> "that cannot be done with a saga of " + saga.definition() + " that is " + saga.status()),
                Map.of("status", saga.status().name()));
    }

    private static Refusal notFound(UUID id) {
        return Refusal.of(Refusals.NOT_FOUND, "there is no saga " + id);
    }

    private static <T> Future<Reply<T>> forbidden() {
        return refused(Refusal.of(Refusals.FORBIDDEN, "only an operator looks after sagas"));
    }

    private static <T> Future<Reply<T>> refused(Refusal refusal) {
        return Future.succeededFuture(Reply.refused(refusal));
    }
}
