package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Recorded;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.GetEvents;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.HistoryItem;
import io.trolleybus.model.OrderMessages.OrderHistory;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers what clients ask of orders: how they are from the view, how they came to be so from the journal. */
final class OrderQueries {
    private final OrderViews views;
    private final OrderLists lists;
    private final Journal<OrderEvent> journal;
    private final SqlClient client;

    OrderQueries(OrderViews views, OrderLists lists, Journal<OrderEvent> journal, SqlClient client) {
        this.views = views;
        this.lists = lists;
        this.journal = journal;
        this.client = client;
    }

    Future<Reply<OrderMessages.Order>> get(Call call, GetOrder query) {
        Integer version = query.version();
        Instant at = query.at();
        if (version != null && at != null) {
            return Future.succeededFuture(Reply.refused(Refusals.INVALID, "ask for a version or for a time, not both"));
        }
        Future<@Nullable Order> order = version == null && at == null
                ? views.get(query.orderId())
                : journal.read(client, query.orderId()).map(events -> past(query.orderId(), events, version, at));
        return order.map(found -> found == null || !mayBeSeen(call, found)
                ? Reply.refused(OrderViews.notFound(query.orderId()))
                : Reply.done(OrderViews.view(found, call.principal())));
    }

    /** The order as it stood; null if it did not exist then, or never had so many events. */
    private static @Nullable Order past(
            UUID id, List<Recorded<OrderEvent>> events, @Nullable Integer version, @Nullable Instant at) {
        var story = new OrderStory(id, events);
        if (version != null) {
            return version > events.size() ? null : story.asLongAs(recorded -> recorded.version() <= version);
        }
        return story.asLongAs(recorded -> at == null || !recorded.recordedAt().isAfter(at));
    }

    Future<Reply<OrderPage>> find(Call call, FindOrders query) {
        Principal principal = call.principal();
        UUID wanted = query.userId();
        UUID user = principal.isOperator() ? wanted : principal.userId();
        if (user == null && !principal.isOperator()) {
            return Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only users have orders"));
        }
        String cursor = query.page().cursor();
        try {
            return lists.find(user, query, cursor == null ? null : UUID.fromString(cursor), principal)
                    .map(Reply::done);
        } catch (IllegalArgumentException notAnId) {
            return Future.succeededFuture(Reply.refused(Refusals.INVALID, "the cursor is not one of ours"));
        }
    }

    Future<Reply<OrderHistory>> events(Call call, GetEvents query) {
        UUID id = query.orderId();
        return journal.read(client, id).map(events -> {
            List<HistoryItem> items = new ArrayList<>(events.size());
            Order order = null;
            for (Recorded<OrderEvent> recorded : events) {
                order = recorded.event().applyTo(order, id, recorded.recordedAt());
                if (query.after() == null || recorded.version() > query.after()) {
                    items.add(item(recorded, order, call.principal()));
                }
            }
            return order == null || !mayBeSeen(call, order)
                    ? Reply.refused(OrderViews.notFound(id))
                    : Reply.done(new OrderHistory(items));
        });
    }

    /** @param order after the event */
    private static HistoryItem item(Recorded<OrderEvent> recorded, Order order, Principal reader) {
        return new HistoryItem(
                recorded.version(),
                recorded.type(),
                EventView.of(recorded.event(), order.userId(), reader),
                order.state().status(),
                recorded.recordedAt());
    }

    private static boolean mayBeSeen(Call call, Order order) {
        return call.principal().maySee(order.userId()) || call.principal().isService();
    }
}
