package io.trolleybus.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.order.OrderWrite.Advance;
import io.trolleybus.order.OrderWrite.Outcome;
import io.trolleybus.saga.SagaLease;
import io.trolleybus.saga.SagaLog;
import io.trolleybus.saga.SagaState;
import io.trolleybus.testkit.Futures;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of writes that meet in one batch. */
class OrderWritesTest {
    private static final String TESTER = "tester";
    private static final SagaState CONFIRMING = new SagaState.Completed();
    private static final SagaState REJECTING =
            new SagaState.Compensated(Refusal.of(Refusals.PAYMENT_DECLINED, "the card is empty"));

    @Test
    void ofTwoMovesOfOneOrderTheFirstIsMadeAndTheOtherComesTooLate() {
        try (Shop shop = Shop.open()) {
            shop.inventory.reserve.always(FakeEndpoint.LOSE_MESSAGE);
            UUID first = shop.place().id();
            UUID second = shop.place().id();
            shop.database().execute("update orders set saga_owner = ?", TESTER);

            List<Outcome> outcomes = Futures.await(shop.orders.onLoop(context -> commit(
                    context,
                    List.of(
                            new Moving(first, REJECTING),
                            new Moving(second, CONFIRMING),
                            new Moving(first, CONFIRMING),
                            new Moving(second, REJECTING)))));

            assertThat(outcomes)
                    .hasExactlyElementsOfTypes(
                            Outcome.Written.class, Outcome.Written.class, Outcome.Stale.class, Outcome.Stale.class);
            assertThat(shop.get(first).status()).isEqualTo(Status.REJECTED);
            assertThat(shop.get(second).status()).isEqualTo(Status.CONFIRMED);
            assertThat(shop.get(second).version()).isEqualTo(3);
            assertThat(shop.database().number("select count(*) from journal")).isEqualTo(2 + 1 + 2);
        }
    }

    private record Moving(UUID order, SagaState to) {}

    /** Beside the service's own batches, under a lease of its own. */
    private static Future<List<Outcome>> commit(ServiceContext context, List<Moving> movings) {
        var journal = new Journal<>(
                context.service(), OrderEvents.TYPES, context.vertx().eventBus(), context.meters());
        var lease = new SagaLease(context.vertx(), context.database(), TESTER, new Nobody());
        return lease.start()
                .compose(held -> context.database()
                        .reads()
                        .preparedQuery("select " + OrderRows.COLUMNS + "from orders where id = any($1)")
                        .execute(Tuple.of(
                                (Object) movings.stream().map(Moving::order).toArray(UUID[]::new))))
                .compose(rows -> {
                    var orders = new HashMap<UUID, PlacedOrder>();
                    rows.forEach(row -> orders.put(row.getUUID(0), OrderRows.placed(row)));
                    List<OrderWrite> writes = movings.stream()
                            .<OrderWrite>map(moving -> new Advance(orders.get(moving.order), moving.to, SagaLog.EMPTY))
                            .toList();
                    return new OrderWrites(context.database(), journal, lease, context.clock()).commit(writes);
                })
                .compose(outcomes -> lease.stop().map(outcomes));
    }

    private static final class Nobody implements SagaLease.Holder {
        @Override
        public void acquired() {}

        @Override
        public void adopted(Set<UUID> sagas) {}

        @Override
        public Future<Set<UUID>> adopt(SqlConnection tx, String from, String to) {
            return Future.succeededFuture(Set.of());
        }
    }
}
