import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** What the load needs, made through the public contract: products with stock for ever, customers with tokens. */
final class Shop {
    private static final int CLIENTS = 16;
    /** Of a size that no run can sell, and far from any integer's end. */
    private static final int STOCK = 1_000_000_000;

    private static final Duration TOKEN_MARGIN = Duration.ofSeconds(30);
    private static final String PASSWORD = "a bench needs no secrets 1!";
    private static final int PAGE = 100;

    private final Api api;
    private final String run;
    private final int customers;
    private final Path tokensFile;
    private Instant tokensExpireAt = Instant.MAX;
    private List<JsonObject> sessions = List.of();

    Shop(Api api, String run, int customers, Path tokensFile) {
        this.api = api;
        this.run = run;
        this.customers = customers;
        this.tokensFile = tokensFile;
    }

    void createProducts(int count) throws Exception {
        String operator = operatorToken();
        concurrently(count, i -> api.post("/api/v1/products", operator, product(i + 1))
                .expect(201));
    }

    /** The prices of the yardstick's schema. */
    private static JsonObject product(int number) {
        return new JsonObject()
                .put("sku", String.format("BENCH-%05d", number))
                .put("name", "Bench product " + number)
                .put(
                        "price",
                        new JsonObject().put("amount", 100 + number % 9900).put("currency", "EUR"))
                .put("initialStock", STOCK);
    }

    void registerCustomers() throws Exception {
        concurrently(customers, i -> {
            JsonObject account = new JsonObject().put("email", email(i)).put("password", PASSWORD);
            return api.post("/api/v1/users", "", account.copy().put("name", "Bench customer " + i))
                    .expect(201);
        });
        Instant asked = Instant.now();
        keep(asked, concurrently(customers, i -> api.post(
                        "/api/v1/auth/login",
                        "",
                        new JsonObject().put("email", email(i)).put("password", PASSWORD))
                .expect(200)));
    }

    /** Sees to it that every token outlives the seconds to come. */
    void keepTokensFor(int seconds) throws Exception {
        if (Instant.now().plusSeconds(seconds).plus(TOKEN_MARGIN).isAfter(tokensExpireAt)) {
            Instant asked = Instant.now();
            List<JsonObject> old = sessions;
            keep(asked, concurrently(customers, i -> api.post(
                            "/api/v1/auth/refresh",
                            "",
                            new JsonObject().put("refreshToken", old.get(i).getString("refreshToken")))
                    .expect(200)));
        }
    }

    private void keep(Instant asked, List<JsonObject> fresh) throws IOException {
        sessions = fresh;
        long shortest = fresh.stream()
                .mapToLong(session -> session.getLong("expiresIn"))
                .min()
                .orElseThrow();
        tokensExpireAt = asked.plusSeconds(shortest);
        Files.write(
                tokensFile,
                fresh.stream().map(session -> session.getString("accessToken")).toList());
    }

    /** Counts by reading every page: slow, and independent of what wrk believes to have seen. */
    long confirmedOrders() {
        String operator = operatorToken();
        long count = 0;
        String cursor = "";
        do {
            JsonObject page = api.get("/api/v1/orders?status=CONFIRMED&limit=" + PAGE + cursor, operator)
                    .expect(200);
            count += page.getJsonArray("items").size();
            String next = page.getString("nextCursor");
            cursor = next == null ? "" : "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        } while (!cursor.isEmpty());
        return count;
    }

    private String operatorToken() {
        return api.login("operator@trolleybus.local", "trolleybus-operator");
    }

    private String email(int number) {
        return "bench-" + run + "-" + number + "@example.com";
    }

    private static <T> List<T> concurrently(int count, IntFunction<T> call) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<T>> pending = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                pending.add(clients.submit(() -> call.apply(number)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : pending) {
                results.add(one.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "preparing the shop: " + e.getCause().getMessage(), e.getCause());
        } finally {
            clients.shutdownNow();
        }
    }
}
