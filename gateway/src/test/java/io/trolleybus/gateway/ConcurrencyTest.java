package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of requests when more come than are answered, and of those for whose answer nobody waits. */
class ConcurrencyTest {
    private static final int MOST = 8;
    private static final int MOST_OF_ONE = MOST / ConcurrencyLimit.SHARE;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Promise<Reply<Order>>> waiting = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<Principal> callers = new CopyOnWriteArrayList<>();
    private final TestKey key = TestKey.create("key-1");
    private volatile Supplier<Future<Reply<Order>>> answer = this::later;
    private TestPlatform platform;

    @BeforeEach
    void start() {
        var limits = new GatewaySettings.Limits(10_000, 1, 1_000, List.of(), MOST, 1_000);
        platform = TestPlatform.withGateway(new GatewaySettings(TestPlatform.LOOPBACK, limits, 0, List.of(), null));
        var fakes = new Fakes(new Jwks(List.of(key.jwk())));
        platform.serve("user", fakes::user);
        platform.serve(
                "order",
                endpoints -> endpoints.serve(OrderMessages.GET, GetOrder.class, (call, query) -> {
                    asked.incrementAndGet();
                    callers.add(call.principal());
                    return answer.get();
                }));
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private Future<Reply<Order>> later() {
        Promise<Reply<Order>> promise = Promise.promise();
        waiting.add(promise);
        return promise.future();
    }

    private static Reply<Order> nothing() {
        return Reply.refused("not-found", "no such order");
    }

    private String newToken() {
        return key.token(UUID.randomUUID(), "customer");
    }

    private HttpRequest.Builder request(String token) {
        return platform.request("/api/v1/orders/" + Fakes.ORDER).header("Authorization", "Bearer " + token);
    }

    /** As many requests under way as there may be, each principal with its share. */
    private List<CompletableFuture<Integer>> fill() {
        List<CompletableFuture<Integer>> underWay = new ArrayList<>();
        while (underWay.size() < MOST) {
            String token = newToken();
            for (int i = 0; i < MOST_OF_ONE; i++) {
                underWay.add(platform.statusOf(request(token)));
            }
        }
        await().atMost(PATIENCE).until(() -> waiting.size() == MOST);
        return underWay;
    }

    @Test
    void what_is_too_much_is_refused_at_once_and_costs_nobody_anything() {
        List<CompletableFuture<Integer>> underWay = fill();

        HttpResponse<String> refused = platform.send(request(newToken()));

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("/problems/busy");
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(asked).hasValue(MOST);
        assertThat(platform.send(platform.request("/health/live")).statusCode()).isEqualTo(200);

        waiting.forEach(each -> each.complete(nothing()));
        underWay.forEach(each -> assertThat(each.join()).isEqualTo(404));
        answer = () -> Future.succeededFuture(nothing());
        assertThat(platform.send(request(newToken())).statusCode()).isEqualTo(404);
    }

    @Test
    void one_principal_does_not_get_all_there_is() {
        String greedy = newToken();
        List<CompletableFuture<Integer>> underWay = new ArrayList<>();
        for (int i = 0; i < MOST_OF_ONE; i++) {
            underWay.add(platform.statusOf(request(greedy)));
        }
        await().atMost(PATIENCE).until(() -> waiting.size() == MOST_OF_ONE);

        HttpResponse<String> refused = platform.send(request(greedy));

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        answer = () -> Future.succeededFuture(nothing());
        assertThat(platform.send(request(newToken())).statusCode()).isEqualTo(404);
        waiting.forEach(each -> each.complete(nothing()));
        underWay.forEach(each -> assertThat(each.join()).isEqualTo(404));
        assertThat(platform.send(request(greedy)).statusCode()).isEqualTo(404);
    }

    @Test
    void who_has_gone_makes_room() throws Exception {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            clients.add(ask(newToken()));
        }
        await().atMost(PATIENCE).until(() -> waiting.size() == MOST);
        assertThat(platform.send(request(newToken())).statusCode()).isEqualTo(503);

        for (Socket client : clients) {
            client.close();
        }

        answer = () -> Future.succeededFuture(nothing());
        await().atMost(PATIENCE).until(() -> platform.send(request(newToken())).statusCode() == 404);
    }

    @Test
    void who_sends_a_body_slowly_keeps_nobody_out() throws Exception {
        answer = () -> Future.succeededFuture(nothing());
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 2 * MOST; i++) {
            slow.add(send("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 50\r\n\r\n{"));
        }

        assertThat(platform.send(request(newToken())).statusCode()).isEqualTo(404);

        for (Socket each : slow) {
            each.close();
        }
    }

    @Test
    void for_who_has_gone_nothing_is_tried_again() throws Exception {
        answer = () -> Future.failedFuture(new BusyException("full"));
        UUID goes = UUID.randomUUID();
        UUID stays = UUID.randomUUID();
        Socket client = ask(key.token(goes, "customer"));
        var other = platform.statusOf(request(key.token(stays, "customer")));
        await().atMost(PATIENCE).until(() -> askedFor(goes) >= 2);

        client.close();

        assertThat(other.join()).isEqualTo(503);
        // How often it is tried until the deadline differs a little from request to request.
        assertThat(askedFor(goes)).isLessThanOrEqualTo(askedFor(stays) / 2);
    }

    private long askedFor(UUID user) {
        return callers.stream()
                .filter(principal -> user.equals(principal.userId()))
                .count();
    }

    private Socket ask(String token) throws Exception {
        return send("GET /api/v1/orders/" + Fakes.ORDER + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token
                + "\r\n\r\n");
    }

    private Socket send(String text) throws Exception {
        Socket socket = platform.connect();
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
