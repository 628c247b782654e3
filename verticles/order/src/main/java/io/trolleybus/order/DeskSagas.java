package io.trolleybus.order;

import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.OrderMessages.OrderRefund;
import io.trolleybus.model.Principal;
import io.trolleybus.order.OrderDesk.Also;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderCommand;
import io.trolleybus.saga.SagaLease;
import io.trolleybus.saga.SagaRunner;
import io.trolleybus.saga.SagaState;
import io.trolleybus.saga.SagaVersions;
import io.trolleybus.saga.WaitingSagas;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The sagas that commands to existing orders begin: each kind with its store and its runner. For one event loop. */
final class DeskSagas {
    private final Kind cancelling;
    private final Kind refunding;

    DeskSagas(ServiceContext context, SagaLease lease, OrderDesk desk, OrderEnds ends) {
        cancelling = new Kind(
                context,
                lease,
                desk,
                new CancelOrderSaga(
                                context.client(),
                                new GivenBack(context.database().reads(), lease.owner()))
                        .versions(),
                DeskSagas::endOfCancelling,
                ends::countCancelled);
        refunding = new Kind(
                context,
                lease,
                desk,
                new RefundOrderSaga(context.client()).versions(),
                DeskSagas::endOfRefunding,
                () -> {});
    }

    private static Optional<OrderCommand> endOfCancelling(DeskSaga saga, SagaState end) {
        return end instanceof SagaState.Completed
                ? Optional.of(new OrderCommand.CompleteCancel(saga.needs().givenBack()))
                : Optional.empty();
    }

    private static Optional<OrderCommand> endOfRefunding(DeskSaga saga, SagaState end) {
        if (end instanceof SagaState.Compensated refused) {
            return Optional.of(new OrderCommand.FailRefund(saga.id(), refused.reason()));
        }
        return end instanceof SagaState.Completed
                ? Optional.of(new OrderCommand.CompleteRefund(saga.id()))
                : Optional.empty();
    }

    /** A saga that is stored with the command that calls for it, and begins when that is committed. */
    static final class Beginning implements Also {
        private final Kind kind;
        private final BiFunction<Order, Integer, DeskSaga> about;
        private final Also with;
        private @Nullable DeskSaga stored;

        private Beginning(Kind kind, BiFunction<Order, Integer, DeskSaga> about, Also with) {
            this.kind = kind;
            this.about = about;
            this.with = with;
        }

        @Override
        public Future<?> first(SqlConnection tx) {
            return kind.store.hold(tx);
        }

        @Override
        public Future<?> run(SqlConnection tx, Order changed) {
            DeskSaga saga = about.apply(changed, kind.runner.currentVersion());
            stored = saga;
            return kind.store.insert(tx, saga).compose(inserted -> with.run(tx, changed));
        }

        /** To be called when the transaction is committed. */
        void begin() {
            if (stored != null) {
                kind.runner.begin(stored);
            }
        }
    }

    /** Of an order that is still being placed it takes the place-order saga's work over. */
    Beginning cancel(UUID sagaId, String reason, Trace trace) {
        return new Beginning(
                cancelling,
                (order, version) -> {
                    var needs = new DeskSaga.Needs(order.payment().id(), null, reason);
                    return new DeskSaga(sagaId, order.id(), version, needs, trace);
                },
                (tx, order) -> OrderSagaStore.supersede(tx, order.id(), CancelOrderSaga.NAME));
    }

    Beginning refund(UUID refundId, Trace trace) {
        return new Beginning(
                refunding,
                (order, version) -> {
                    OrderRefund refund = order.payment().refund(refundId).orElseThrow();
                    var needs = new DeskSaga.Needs(order.payment().id(), refund.amount(), refund.reason());
                    return new DeskSaga(refundId, order.id(), version, needs, trace);
                },
                Also.NOTHING);
    }

    private List<Kind> kinds() {
        return List.of(cancelling, refunding);
    }

    /** For operators. */
    List<SagaDesk.Kind> forOperators() {
        return kinds().stream()
                .map(kind -> new SagaDesk.Kind(kind.versions, kind.runner, kind.store))
                .toList();
    }

    boolean isFull() {
        return kinds().stream().anyMatch(kind -> kind.runner.isFull());
    }

    /** As {@link SagaRunner#resumeAll}. */
    Future<?> resumeAll(String owner) {
        return Future.join(
                kinds().stream().map(kind -> kind.runner.resumeAll(owner)).toList());
    }

    /** As {@link SagaRunner#resume}. */
    Future<?> resume(String owner, Set<UUID> sagas) {
        return Future.join(
                kinds().stream().map(kind -> kind.runner.resume(owner, sagas)).toList());
    }

    /** As {@link SagaRunner#resumeOverlooked}, and counts what waits for another program. */
    Future<?> lookAfter(String owner) {
        return Future.join(kinds().stream()
                .map(kind -> kind.runner.resumeOverlooked(owner).compose(resumed -> kind.waiting.look()))
                .toList());
    }

    /**
     * As {@link io.trolleybus.saga.SagaStore#adopt}. Those of a kind that this program does not know wait for one that
     * does.
     */
    Future<Set<UUID>> adopt(SqlConnection tx, String from, String to) {
        String[] names = kinds().stream().map(kind -> kind.versions.name()).toArray(String[]::new);
        return DeskSagaStore.disown(tx, from, names).compose(disowned -> adoptKnown(tx, from, to));
    }

    private Future<Set<UUID>> adoptKnown(SqlConnection tx, String from, String to) {
        return cancelling
                .store
                .adopt(tx, from, to)
                .compose(some -> refunding.store.adopt(tx, from, to).map(more -> {
                    var all = new HashSet<>(some);
                    all.addAll(more);
                    return all;
                }));
    }

    void stop() {
        kinds().forEach(kind -> kind.runner.stop());
    }

    private static final class Kind {
        final SagaVersions<DeskSaga> versions;
        final DeskSagaStore store;
        final SagaRunner<DeskSaga> runner;
        final WaitingSagas waiting;

        Kind(
                ServiceContext context,
                SagaLease lease,
                OrderDesk desk,
                SagaVersions<DeskSaga> versions,
                BiFunction<DeskSaga, SagaState, Optional<OrderCommand>> ending,
                Runnable onEnd) {
            this.versions = versions;
            store = new DeskSagaStore(
                    context.database(),
                    lease,
                    desk,
                    context.clock(),
                    versions,
                    Principal.service(context.service()),
                    ending);
            runner = new SagaRunner<>(
                    context,
                    versions,
                    store,
                    new SagaRunner.Identity<>(DeskSaga::id, DeskSaga::version, DeskSaga::trace),
                    (saga, end) -> onEnd.run());
            waiting = new WaitingSagas(versions, store, context.meters());
        }
    }
}
