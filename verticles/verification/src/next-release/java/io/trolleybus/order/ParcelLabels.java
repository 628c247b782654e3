package io.trolleybus.order;

import io.trolleybus.chassis.Endpoints;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;

/** The labels of the parcels in which orders are sent: what the release adds. A label that is voided first is refused. */
final class ParcelLabels {
    static final String PRINT = "order.print-label";
    static final String VOID = "order.void-label";

    private static final String INSERT = """
            insert into parcel_label as l (order_id) values ($1)
            on conflict (order_id) do update set voided = l.voided returning voided
            """;

    private static final String CANCEL = """
            insert into parcel_label (order_id, voided) values ($1, true) on conflict (order_id) do update set voided = true
            """;

    record PrintLabel(UUID orderId) {}

    record VoidLabel(UUID orderId) {}

    record Label(UUID orderId) {}

    private final SqlClient client;

    ParcelLabels(SqlClient client) {
        this.client = client;
    }

    void serve(Endpoints endpoints) {
        endpoints
                .serve(PRINT, PrintLabel.class, (call, command) -> print(command.orderId()))
                .serve(VOID, VoidLabel.class, (call, command) -> cancel(command.orderId()));
    }

    private Future<Reply<Label>> print(UUID orderId) {
        return client.preparedQuery(INSERT)
                .execute(Tuple.of(orderId))
                .map(rows -> rows.iterator().next().getBoolean(0)
                        ? Reply.refused(Refusals.EXPIRED, "the label is voided")
                        : Reply.done(new Label(orderId)));
    }

    private Future<Reply<Label>> cancel(UUID orderId) {
        return client.preparedQuery(CANCEL).execute(Tuple.of(orderId)).map(Reply.done(new Label(orderId)));
    }
}
