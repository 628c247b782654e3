package io.trolleybus.order;

import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.Money;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/**
 * Notes with a cancellation's saga what its void gave back, since the process that ends the saga may be another one. An
 * order that was given up before it heard of the capture would not know otherwise. For one event loop.
 */
final class GivenBack {
    private static final String NOTE = """
            update order_saga set subject = $3::text::json where id = $1 and owner = $2
            """;

    private final SqlClient client;
    private final String owner;

    GivenBack(SqlClient client, String owner) {
        this.client = client;
        this.owner = owner;
    }

    /** Fails if the saga is no longer its owner's to run; noting it again changes nothing. */
    Future<Void> note(DeskSaga saga, Money amount) {
        var known = new DeskSaga.Needs(
                saga.needs().paymentId(), saga.needs().amount(), saga.needs().reason(), amount);
        return client.preparedQuery(NOTE)
                .execute(Tuple.of(saga.id(), owner, Json.write(known)))
                .compose(noted -> noted.rowCount() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(new UnavailableException("saga " + saga.id() + " is another's now")));
    }
}
