package io.trolleybus.provider;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A provider on a free port, and a client that knows nothing of its code. */
final class ProviderUnderTest implements AutoCloseable {
    private static final Delays SHORT = new Delays(150, 300);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    ProviderUnderTest(Path ledger) throws Exception {
        PaymentProviderVerticle provider = new PaymentProviderVerticle("127.0.0.1", 0, ledger, SHORT);
        try {
            vertx.deployVerticle(provider).await(20, TimeUnit.SECONDS);
        } catch (Exception failure) {
            close();
            throw failure;
        }
        base = URI.create("http://127.0.0.1:" + provider.actualPort());
    }

    record Response(int status, JsonObject body) {}

    static JsonObject charge(String paymentId, String token) {
        return new JsonObject()
                .put("paymentId", paymentId)
                .put("orderId", "order-of-" + paymentId)
                .put("amount", eur(1999))
                .put("token", token);
    }

    static JsonObject eur(long amount) {
        return new JsonObject().put("amount", amount).put("currency", "EUR");
    }

    Response postCharge(JsonObject charge) throws Exception {
        return post("/charges", charge.getString("paymentId"), charge.encode());
    }

    Response refund(String paymentId, String key, long amount) throws Exception {
        return post(
                "/charges/" + paymentId + "/refunds",
                key,
                new JsonObject().put("amount", eur(amount)).encode());
    }

    Response voidCharge(String paymentId) throws Exception {
        return post("/charges/" + paymentId + "/void", "unused", "");
    }

    Response voidRefund(String paymentId, String refundId) throws Exception {
        return post("/charges/" + paymentId + "/refunds/" + refundId + "/void", "unused", "");
    }

    Response post(String path, String idempotencyKey, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve(path))
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(body)));
    }

    Response get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve(path)));
    }

    Response send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
        return new Response(response.statusCode(), new JsonObject(response.body()));
    }

    URI base() {
        return base;
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }
}
