package io.trolleybus.gateway;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Endpoints;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.ChangeProduct;
import io.trolleybus.model.InventoryMessages.GetProduct;
import io.trolleybus.model.InventoryMessages.ListMovements;
import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.InventoryMessages.Movement;
import io.trolleybus.model.InventoryMessages.MovementPage;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.GetEvents;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.HistoryItem;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.OrderMessages.OrderHistory;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.PaymentMessages.Refund;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.AccountEvent;
import io.trolleybus.model.UserMessages.AdmitUser;
import io.trolleybus.model.UserMessages.ChangePassword;
import io.trolleybus.model.UserMessages.DisableUser;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.EnableUser;
import io.trolleybus.model.UserMessages.EraseUser;
import io.trolleybus.model.UserMessages.ExportUser;
import io.trolleybus.model.UserMessages.FindRevokedSessions;
import io.trolleybus.model.UserMessages.GetKeys;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.Jwks;
import io.trolleybus.model.UserMessages.Login;
import io.trolleybus.model.UserMessages.Register;
import io.trolleybus.model.UserMessages.RenameUser;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.trolleybus.model.UserMessages.Session;
import io.trolleybus.model.UserMessages.SessionTimes;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.model.UserMessages.UserExport;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Services that answer with fixed things, and remember what they were asked. */
final class Fakes {
    static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    static final UUID ORDER = UUID.fromString("01930000-0000-7000-8000-000000000001");
    static final UUID BUGGY_ORDER = UUID.fromString("01930000-0000-7000-8000-00000000bad0");
    static final UUID UNREACHABLE_ORDER = UUID.fromString("01930000-0000-7000-8000-00000000dead");
    private static final Money PRICE = new Money(1999, "EUR");

    final List<PlaceOrder> placed = new CopyOnWriteArrayList<>();
    final List<Call> placeCalls = new CopyOnWriteArrayList<>();
    final List<ChangeProduct> productChanges = new CopyOnWriteArrayList<>();
    final List<MoveStock> moves = new CopyOnWriteArrayList<>();
    final AtomicInteger keysAsked = new AtomicInteger();
    /** The last change of an account that each principal asked for. */
    final Map<String, Object> changes = new ConcurrentHashMap<>();

    /** Whom another issuer vouched for, by their ids. */
    final Map<UUID, AdmitUser> admitted = new ConcurrentHashMap<>();

    volatile boolean admitting = true;
    volatile Jwks keys;
    volatile RevokedSessions revoked = new RevokedSessions(List.of());

    Fakes(Jwks keys) {
        this.keys = keys;
    }

    void user(Endpoints endpoints) {
        endpoints
                .serve(UserMessages.KEYS, GetKeys.class, (call, query) -> {
                    keysAsked.incrementAndGet();
                    return done(keys);
                })
                .serve(
                        UserMessages.REGISTER,
                        Register.class,
                        (call, user) -> user.email().startsWith("taken")
                                ? refused(Refusal.of(Refusals.EMAIL_TAKEN, "there is an account already"))
                                : done(new User(ORDER, user.email(), user.name(), List.of("customer"), NOON, false)))
                .serve(
                        UserMessages.LOGIN,
                        Login.class,
                        (call, login) -> login.password().equals("right")
                                ? done(new Session("token", "Bearer", 600, "refresh"))
                                : refused(Refusal.of(Refusals.BAD_CREDENTIALS, "these are wrong")))
                .serve(UserMessages.GET, GetUser.class, (call, query) -> done(user(query.userId(), false)))
                .serve(UserMessages.REVOKED_SESSIONS, FindRevokedSessions.class, (call, query) -> done(revoked));
        endpoints.serve(UserMessages.ADMIT, AdmitUser.class, (call, user) -> {
            admitted.put(user.userId(), user);
            return admitting
                    ? done(new User(user.userId(), "", user.name(), user.roles(), NOON, false))
                    : refused(Refusal.of(Refusals.FORBIDDEN, "the account is disabled"));
        });
        account(endpoints);
    }

    private void account(Endpoints endpoints) {
        endpoints
                .serve(UserMessages.RENAME, RenameUser.class, (call, command) -> changed(call, command, false))
                .serve(UserMessages.DISABLE, DisableUser.class, (call, command) -> changed(call, command, true))
                .serve(UserMessages.ENABLE, EnableUser.class, (call, command) -> changed(call, command, false))
                .serve(UserMessages.ERASE, EraseUser.class, (call, command) -> {
                    changes.put(call.principal().name(), command);
                    return done(new Done());
                })
                .serve(UserMessages.CHANGE_PASSWORD, ChangePassword.class, (call, command) -> {
                    changes.put(call.principal().name(), command);
                    return command.currentPassword().equals("right")
                            ? done(new Done())
                            : refused(Refusal.of(Refusals.WRONG_PASSWORD, "it is another one"));
                })
                .serve(
                        UserMessages.EXPORT,
                        ExportUser.class,
                        (call, query) -> done(new UserExport(
                                user(ORDER, false),
                                List.of(new SessionTimes(NOON, NOON.plusSeconds(60), null)),
                                List.of(new AccountEvent("UserRegistered", NOON)))));
    }

    private Future<Reply<User>> changed(Call call, Object command, boolean disabled) {
        changes.put(call.principal().name(), command);
        return done(user(ORDER, disabled));
    }

    private static User user(UUID id, boolean disabled) {
        return new User(id, "ada@example.org", "Ada", List.of("customer"), NOON, disabled);
    }

    void inventory(Endpoints endpoints) {
        endpoints
                .serve(
                        InventoryMessages.GET_PRODUCT,
                        GetProduct.class,
                        (call, query) -> query.sku().equals("NONE")
                                ? refused(Refusal.of(Refusals.NOT_FOUND, "there is no product NONE"))
                                : done(new Product(query.sku(), "Bell", "", PRICE, 98, 3, NOON)))
                .serve(InventoryMessages.CHANGE_PRODUCT, ChangeProduct.class, (call, change) -> {
                    productChanges.add(change);
                    return change.versions() == null || change.versions().contains(3)
                            ? done(new Product(change.sku(), "Bell", "", PRICE, 98, 4, NOON))
                            : refused(new Refusal(Refusals.PRECONDITION_FAILED, "not any more", Map.of("version", 3)));
                })
                .serve(InventoryMessages.MOVE_STOCK, MoveStock.class, (call, move) -> {
                    moves.add(move);
                    return done(movement(move, call));
                })
                .serve(
                        InventoryMessages.LIST_MOVEMENTS,
                        ListMovements.class,
                        (call, list) -> done(new MovementPage(
                                List.of(movement(new MoveStock(list.sku(), -2, "sold", "shipped", "key"), call)),
                                list.page().cursor() == null ? "older" : null)));
    }

    private static Movement movement(MoveStock move, Call call) {
        String kind = move.kind() == null ? "received" : move.kind();
        return new Movement(
                ORDER,
                move.sku(),
                move.quantity(),
                kind,
                move.reason(),
                call.principal().name(),
                7,
                NOON);
    }

    void order(Endpoints endpoints) {
        endpoints
                .serve(OrderMessages.PLACE, PlaceOrder.class, this::place)
                .serve(OrderMessages.GET, GetOrder.class, (call, query) -> {
                    if (query.orderId().equals(BUGGY_ORDER)) {
                        throw new IllegalStateException("select secret from orders");
                    }
                    if (query.orderId().equals(UNREACHABLE_ORDER)) {
                        return Future.failedFuture(new UnavailableException("db.internal:5432 is down"));
                    }
                    return query.orderId().equals(ORDER)
                            ? done(order(Status.CONFIRMED))
                            : refused(Refusal.of(Refusals.NOT_FOUND, "there is no such order"));
                })
                .serve(
                        OrderMessages.FIND,
                        FindOrders.class,
                        (call, query) -> done(new OrderPage(
                                List.of(order(Status.CONFIRMED)),
                                "next".equals(query.page().cursor()) ? null : "next")))
                .serve(
                        OrderMessages.EVENTS,
                        GetEvents.class,
                        (call, query) -> done(new OrderHistory(List.of(new HistoryItem(
                                1, "OrderCreated", "{\"total\":{\"amount\":1999}}", Status.PENDING, NOON)))));
    }

    void payment(Endpoints endpoints) {
        endpoints.serve(
                PaymentMessages.FIND,
                FindPayments.class,
                (call, query) -> done(new Payments(List.of(new Payment(
                        ORDER,
                        ORDER,
                        PaymentMessages.Status.CAPTURED,
                        PRICE,
                        PRICE,
                        Money.zero("EUR"),
                        null,
                        NOON,
                        List.of(new Refund(UNREACHABLE_ORDER, PRICE, RefundStatus.PENDING, "scratched", NOON)))))));
    }

    /** Ends the order when it is asked for the second time, as after a first wait that was too short. */
    private Future<Reply<Order>> place(Call call, PlaceOrder command) {
        placed.add(command);
        placeCalls.add(call);
        if (command.lines().get(0).sku().equals("UNKNOWN")) {
            return refused(
                    new Refusal(Refusals.UNKNOWN_PRODUCT, "there is no product UNKNOWN", Map.of("sku", "UNKNOWN")));
        }
        boolean again = placeCalls.stream()
                        .filter(other -> other.id().equals(call.id()))
                        .count()
                > 1;
        return done(order(again ? Status.CONFIRMED : Status.PENDING));
    }

    static Order order(Status status) {
        var line = new OrderLine("BELL", "Bell", 1, PRICE, PRICE);
        var rejection = new Rejection("payment-declined", "declined", null, null);
        return new Order(
                ORDER,
                "T-1",
                ORDER,
                status,
                List.of(line),
                PRICE,
                null,
                rejection,
                null,
                List.of(),
                List.of(),
                1,
                NOON,
                NOON,
                List.of());
    }

    private static <T> Future<Reply<T>> done(T result) {
        return Future.succeededFuture(Reply.done(result));
    }

    private static <T> Future<Reply<T>> refused(Refusal refusal) {
        return Future.succeededFuture(Reply.refused(refusal));
    }
}
