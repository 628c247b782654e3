package io.trolleybus.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.trolleybus.chassis.Json;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderPayment;
import io.trolleybus.order.domain.OrderState;
import io.vertx.sqlclient.Row;
import java.util.List;

/** An order to and from its row in {@code orders}. */
final class OrderRows {
    static final String COLUMNS = """
            id, version, user_id, status, currency, total, lines::text, payment_id, payment_status, captured,
            rejection::text, created_at, updated_at, saga::text, refunded, afterwards::text
            """;
    static final int SAGA_COLUMN = 13;
    static final int COLUMN_COUNT = 16;

    private static final TypeReference<List<OrderLine>> LINES = new TypeReference<>() {};

    private OrderRows() {}

    static Order order(Row row) {
        String currency = row.getString(4);
        Afterwards afterwards = Afterwards.read(row.getString(15));
        var payment = new OrderPayment(
                row.getUUID(7),
                PaymentMessages.Status.valueOf(row.getString(8)),
                new Money(row.getLong(9), currency),
                new Money(row.getLong(14), currency),
                afterwards.refunds());
        return new Order(
                row.getUUID(0),
                row.getInteger(1),
                row.getUUID(2),
                lines(row.getString(6)),
                new Money(row.getLong(5), currency),
                payment,
                afterwards.shipments(),
                state(Status.valueOf(row.getString(3)), row, afterwards),
                row.getOffsetDateTime(11).toInstant(),
                row.getOffsetDateTime(12).toInstant());
    }

    static PlacedOrder placed(Row row) {
        return placed(row, SagaColumn.read(row.getString(SAGA_COLUMN)));
    }

    static PlacedOrder placed(Row row, SagaColumn saga) {
        String token = saga.paymentToken();
        return new PlacedOrder(order(row), saga.version(), token == null ? "" : token, saga.span());
    }

    private static OrderState state(Status status, Row row, Afterwards afterwards) {
        return switch (status) {
            case PENDING -> new OrderState.Pending();
            case CONFIRMED -> new OrderState.Confirmed();
            case REJECTED -> new OrderState.Rejected(Json.read(row.getString(10), Rejection.class));
            case PARTIALLY_SHIPPED -> new OrderState.PartiallyShipped();
            case SHIPPED -> new OrderState.Shipped();
            case DELIVERED -> new OrderState.Delivered();
            case CANCELLING -> new OrderState.Cancelling(afterwards.reason());
            case CANCELLED -> new OrderState.Cancelled(afterwards.reason());
        };
    }

    private static List<OrderLine> lines(String json) {
        try {
            return Json.MAPPER.readValue(json, LINES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored lines are not what was written", e);
        }
    }
}
