import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * A blocking client of the public contract, for scripts. Thread-safe. Every call is bounded by {@link #CALL_LIMIT}
 * and throws {@link UncheckedIOException} when no answer came.
 */
final class Api {
    /** Longer than the longest {@code Prefer: wait}, which is 30 s. */
    private static final Duration CALL_LIMIT = Duration.ofSeconds(45);

    private static final int THROTTLED = 429;
    private static final int THROTTLED_TRIES = 120;
    private static final int RETRY_DEFAULT_SECONDS = 1;
    private static final int RETRY_MAX_SECONDS = 60;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String baseUrl;

    Api(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    record Answer(int status, JsonObject body) {
        /** The body, or an exception that says what came instead of the expected status. */
        JsonObject expect(int expected) {
            if (status != expected) {
                throw new IllegalStateException("expected " + expected + " but got " + status + " " + body);
            }
            return body;
        }
    }

    Answer get(String path, String token) {
        return send(request(path, token, Map.of()).GET().build());
    }

    Answer post(String path, String token, JsonObject body) {
        return post(path, token, body, Map.of());
    }

    Answer post(String path, String token, JsonObject body, Map<String, String> headers) {
        return send(request(path, token, headers)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build());
    }

    String text(String path) {
        return exchange(request(path, "", Map.of()).GET().build()).body();
    }

    String login(String email, String password) {
        return post(
                        "/api/v1/auth/login",
                        "",
                        new JsonObject().put("email", email).put("password", password))
                .expect(200)
                .getString("accessToken");
    }

    private HttpRequest.Builder request(String path, String token, Map<String, String> headers) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(CALL_LIMIT);
        headers.forEach(builder::header);
        return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
    }

    /** Waits as told when throttled: a script that prepares many things is a guest that queues. */
    private Answer send(HttpRequest request) {
        for (int attempt = 1; ; attempt++) {
            HttpResponse<String> response = exchange(request);
            if (response.statusCode() != THROTTLED || attempt == THROTTLED_TRIES) {
                return new Answer(response.statusCode(), json(response.body()));
            }
            pauseSeconds(retryAfterSeconds(response));
        }
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static JsonObject json(String body) {
        return body.startsWith("{") ? new JsonObject(body) : new JsonObject();
    }

    private static long retryAfterSeconds(HttpResponse<String> response) {
        long asked = response.headers().firstValueAsLong("Retry-After").orElse(RETRY_DEFAULT_SECONDS);
        return Math.max(RETRY_DEFAULT_SECONDS, Math.min(RETRY_MAX_SECONDS, asked));
    }

    private static void pauseSeconds(long seconds) {
        try {
            Thread.sleep(seconds * 1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
