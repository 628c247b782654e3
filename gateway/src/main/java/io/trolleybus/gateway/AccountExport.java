package io.trolleybus.gateway;

import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.Page;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.AccountEvent;
import io.trolleybus.model.UserMessages.ExportUser;
import io.trolleybus.model.UserMessages.SessionTimes;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.model.UserMessages.UserExport;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept about a person, gathered from user, order and payment. An export with a part missing would say what
 * is not true, so it fails if one of them is away. An answer is held whole, so it has an end; a cursor tells where the
 * list of orders goes on.
 */
final class AccountExport {
    /** About a megabyte. */
    private static final int MAX_ORDERS = 1_000;

    private final Bus bus;

    private record Export(
            Instant exportedAt,
            User user,
            List<SessionTimes> sessions,
            List<AccountEvent> history,
            OrderPage orders,
            List<Payment> payments) {}

    /** What has been gathered so far. */
    private static final class Gathered {
        private final List<Order> orders = new ArrayList<>();
        private final List<Payment> payments = new ArrayList<>();
        private @Nullable String nextCursor;

        private boolean isComplete() {
            return nextCursor == null || orders.size() >= MAX_ORDERS;
        }
    }

    AccountExport(Bus bus) {
        this.bus = bus;
    }

    Map<String, Action> actions() {
        return Map.of("exportMe", this::export);
    }

    private Future<Answer> export(Exchange exchange) {
        Future<UserExport> account = bus.read(exchange, UserMessages.EXPORT, new ExportUser(), UserExport.class);
        return account.compose(user -> gather(exchange, new Gathered()).map(gathered -> answer(user, gathered)));
    }

    private Future<Gathered> gather(Exchange exchange, Gathered gathered) {
        var page = new Page(Page.MAX_LIMIT, gathered.nextCursor);
        return bus.read(exchange, OrderMessages.FIND, new FindOrders(exchange.userId(), null, page), OrderPage.class)
                .compose(found -> addPayments(exchange, found.items(), gathered).compose(added -> {
                    gathered.orders.addAll(found.items());
                    gathered.nextCursor = found.nextCursor();
                    return gathered.isComplete() ? Future.succeededFuture(gathered) : gather(exchange, gathered);
                }));
    }

    private Future<?> addPayments(Exchange exchange, List<Order> orders, Gathered gathered) {
        if (orders.isEmpty()) {
            return Future.succeededFuture();
        }
        var query = new FindPayments(orders.stream().map(Order::id).toList());
        return bus.readAsGateway(Bus.READ_LIMIT_MS, exchange, PaymentMessages.FIND, query, Payments.class)
                .map(found -> gathered.payments.addAll(found.items()));
    }

    private Answer answer(UserExport account, Gathered gathered) {
        return Answer.json(
                200,
                new Export(
                        Instant.ofEpochMilli(bus.nowMs()),
                        account.user(),
                        account.sessions(),
                        account.history(),
                        new OrderPage(gathered.orders, gathered.nextCursor),
                        gathered.payments));
    }
}
