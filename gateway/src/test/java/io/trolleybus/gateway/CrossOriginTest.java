package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.model.UserMessages.Jwks;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers are told of pages from elsewhere, and of all pages. */
class CrossOriginTest {
    private static final String SHOP = "https://shop.example";
    private static final String ALLOWED = "Access-Control-Allow-Origin";

    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = TestPlatform.withGateway(new GatewaySettings(
                new GatewaySettings.Listener("127.0.0.1", 0, null, List.of(SHOP, "http://localhost:3000")),
                TestPlatform.SETTINGS.limits(),
                0,
                List.of(),
                null));
        var fakes = new Fakes(new Jwks(List.of()));
        platform.serve("user", fakes::user);
        platform.serve("inventory", fakes::inventory);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static HttpResponse<String> preflight(String origin, String path) {
        return platform.send(platform.request(path)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type,idempotency-key"));
    }

    private static HttpResponse<String> get(String origin, String path) {
        return platform.send(platform.request(path).header("Origin", origin));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @ValueSource(strings = {SHOP, "http://localhost:3000"})
    void a_page_of_a_listed_origin_may_send_and_read(String origin) {
        HttpResponse<String> answer = preflight(origin, "/api/v1/orders");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(header(answer, ALLOWED)).isEqualTo(origin);
        assertThat(header(answer, "Access-Control-Allow-Methods")).contains("GET", "POST");
        assertThat(header(answer, "Access-Control-Allow-Headers"))
                .contains("Authorization", "Content-Type", "Idempotency-Key");
        assertThat(header(answer, "Access-Control-Allow-Credentials")).isEmpty();
        assertThat(header(answer, "Vary")).contains("Origin");

        HttpResponse<String> read = get(origin, "/api/v1/products/TEA");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(header(read, ALLOWED)).isEqualTo(origin);
        assertThat(header(read, "Access-Control-Expose-Headers")).contains("ETag", "RateLimit", "X-Request-Id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "https://shop.example.evil.example",
                "http://shop.example",
                "https://shop.example:8443",
                "null",
                "*"
            })
    void a_page_of_any_other_origin_may_not(String origin) {
        HttpResponse<String> answer = preflight(origin, "/api/v1/orders");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(header(answer, ALLOWED)).isEmpty();
        assertThat(header(get(origin, "/api/v1/products/TEA"), ALLOWED)).isEmpty();
        assertThat(header(answer, "Vary")).contains("Origin");
    }

    @Test
    void a_page_may_read_its_problems_too() {
        HttpResponse<String> unauthorized = get(SHOP, "/api/v1/orders");
        assertThat(unauthorized.statusCode()).isEqualTo(401);
        assertThat(header(unauthorized, ALLOWED)).isEqualTo(SHOP);

        HttpResponse<String> unknown = preflight(SHOP, "/api/v1/nothing");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(header(unknown, ALLOWED)).isEqualTo(SHOP);
    }

    @Test
    void every_answer_may_neither_be_guessed_nor_kept_nor_framed() {
        for (String path : List.of("/api/v1/products/TEA", "/api/v1/orders", "/nothing", "/health/live")) {
            HttpResponse<String> answer = platform.send(platform.request(path));
            assertThat(header(answer, "X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            assertThat(header(answer, "Referrer-Policy")).as(path).isEqualTo("no-referrer");
            assertThat(header(answer, "Content-Security-Policy"))
                    .as(path)
                    .isEqualTo("default-src 'none'; frame-ancestors 'none'");
            assertThat(header(answer, "Cache-Control")).as(path).isNotEmpty();
            assertThat(header(answer, "Strict-Transport-Security")).as(path).isEmpty();
        }
        assertThat(platform.raw("GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("X-Content-Type-Options");
    }

    @Test
    void files_are_compressed_for_those_who_take_that_and_answers_about_somebody_are_not() {
        HttpRequest.Builder page = platform.request("/docs/swagger-ui.css").header("Accept-Encoding", "br, gzip;q=0.5");
        HttpResponse<String> compressed = platform.send(page);
        HttpResponse<String> plain = platform.send(platform.request("/docs/swagger-ui.css"));

        assertThat(header(compressed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(plain, "Content-Encoding")).isEmpty();
        assertThat(header(plain, "Vary")).contains("Accept-Encoding");
        assertThat(Integer.parseInt(header(compressed, "Content-Length")))
                .isLessThan(Integer.parseInt(header(plain, "Content-Length")) / 2);
        assertThat(header(
                        platform.send(platform.request("/docs/swagger-ui.css").header("Accept-Encoding", "gzip;q=0")),
                        "Content-Encoding"))
                .isEmpty();

        assertThat(header(compressed, "ETag")).isNotEqualTo(header(plain, "ETag"));
        HttpResponse<String> known = platform.send(page.header("If-None-Match", header(compressed, "ETag")));
        assertThat(known.statusCode()).isEqualTo(304);

        HttpResponse<String> product =
                platform.send(platform.request("/api/v1/products/TEA").header("Accept-Encoding", "gzip"));
        assertThat(header(product, "Content-Encoding")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "shop.example",
                "https://shop.example/",
                "https://shop.example/page",
                "https://Shop.example",
                "https://shop.example:443",
                "http://shop.example:80",
                "https://*.shop.example",
                "https://user@shop.example",
                "ftp://shop.example"
            })
    void what_no_browser_would_send_is_no_origin(String text) {
        assertThatThrownBy(() -> new CrossOrigin(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }
}
