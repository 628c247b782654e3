package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.trolleybus.model.UserMessages.Jwks;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of those who operate the platform, over real HTTP and a real bus. */
class OperatorAuditTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PATCH = "{\"name\":\"A louder bell\"}";

    private final UUID operator = UUID.randomUUID();
    private final UUID customer = UUID.randomUUID();
    private final Told told = new Told();
    private TestPlatform platform;
    private TestKey key;

    /** Lines of the audit, and only of it. */
    private static final class Told extends AbstractAppender {
        private final List<LogEvent> lines = new CopyOnWriteArrayList<>();

        Told() {
            super("told", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            lines.add(event.toImmutable());
        }
    }

    @BeforeEach
    void start() {
        platform = TestPlatform.withGateway(TestPlatform.SETTINGS);
        key = TestKey.create("key-1");
        var fakes = new Fakes(new Jwks(List.of(key.jwk())));
        platform.serve("user", fakes::user);
        platform.serve("inventory", fakes::inventory);
        platform.serve("order", fakes::order);
        told.start();
        LoggerContext.getContext(false).getLogger(OperatorAudit.LOGGER).addAppender(told);
        // Afterwards, since the first appender gives the logger a configuration of its own.
        Configurator.setLevel(OperatorAudit.LOGGER, Level.INFO);
    }

    @AfterEach
    void stop() {
        LoggerContext.getContext(false).getLogger(OperatorAudit.LOGGER).removeAppender(told);
        platform.close();
    }

    private int call(UUID user, String role, String method, String path, String body) {
        var request = platform.request(path)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Authorization", "Bearer " + key.token(user, role))
                .header("Content-Type", "application/json")
                .header("X-Request-Id", "request-7")
                .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-00");
        return platform.send(request).statusCode();
    }

    private int get(UUID user, String role, String path) {
        return call(user, role, "GET", path, "");
    }

    /** In the order of the calls. Other tests may call operators' routes at the same time, as other people. */
    private List<Map<String, String>> lines() {
        return told.lines.stream()
                .map(line -> line.getContextData().toMap())
                .filter(fields ->
                        List.of(operator.toString(), customer.toString()).contains(fields.get("user.id")))
                .toList();
    }

    @Test
    void each_change_by_an_operator_is_told_with_who_did_what_whence_and_what_came_of_it() {
        assertThat(call(operator, "operator", "PATCH", "/api/v1/products/BELL", PATCH))
                .isEqualTo(200);
        assertThat(call(operator, "operator", "PATCH", "/api/v1/products/BELL", "{}"))
                .isEqualTo(400);

        List<Map<String, String>> lines = lines();
        assertThat(lines)
                .extracting(fields -> fields.get("http.response.status_code"))
                .containsExactly("200", "400");
        assertThat(lines.get(0))
                .containsEntry("event.action", "changeProduct")
                .containsEntry("user.id", operator.toString())
                .containsEntry("client.ip", "127.0.0.1")
                .containsEntry("http.request.id", "request-7")
                .containsEntry("http.request.method", "PATCH")
                .containsEntry("url.path", "/api/v1/products/BELL")
                .containsEntry("trace.id", TRACE)
                .containsEntry("service.name", "gateway");
        assertThat(told.lines)
                .extracting(line -> line.getMessage().getFormattedMessage())
                .contains("user:" + operator + " called changeProduct: PATCH /api/v1/products/BELL answered 200");
        assertThat(told.lines.toString() + lines).doesNotContain("louder");
    }

    @Test
    void of_what_an_operator_looks_at_again_and_again_the_first_time_is_told() {
        for (int i = 0; i < 3; i++) {
            assertThat(get(operator, "operator", "/api/v1/system/services?poll=" + i))
                    .isEqualTo(200);
        }
        assertThat(get(operator, "operator", "/api/v1/products/BELL/stock-movements"))
                .isEqualTo(200);
        assertThat(get(operator, "operator", "/api/v1/products/OTHER/stock-movements"))
                .isEqualTo(200);

        assertThat(lines())
                .extracting(fields -> fields.get("url.path"))
                .containsExactly(
                        "/api/v1/system/services",
                        "/api/v1/products/BELL/stock-movements",
                        "/api/v1/products/OTHER/stock-movements");
    }

    @Test
    void who_tries_it_without_the_role_is_told_once_a_minute_however_often_and_wherever() {
        assertThat(call(customer, "customer", "PATCH", "/api/v1/products/BELL", PATCH))
                .isEqualTo(403);
        assertThat(call(customer, "customer", "PATCH", "/api/v1/products/OTHER", PATCH))
                .isEqualTo(403);
        assertThat(get(customer, "customer", "/api/v1/system/services")).isEqualTo(403);

        assertThat(lines())
                .extracting(fields -> fields.get("event.action"), fields -> fields.get("http.response.status_code"))
                .containsExactly(tuple("changeProduct", "403"), tuple("listServices", "403"));
    }

    @Test
    void what_an_operator_sees_and_does_of_others_is_told_and_what_is_the_own_is_not() {
        assertThat(get(operator, "operator", "/api/v1/users/me")).isEqualTo(200);
        assertThat(get(operator, "operator", "/api/v1/users/" + operator)).isEqualTo(200);
        assertThat(get(operator, "operator", "/api/v1/products/BELL")).isEqualTo(200);
        assertThat(get(customer, "customer", "/api/v1/orders/" + Fakes.ORDER)).isEqualTo(200);
        assertThat(get(operator, "operator", "/api/v1/users/" + customer)).isEqualTo(200);
        assertThat(get(operator, "operator", "/api/v1/orders/" + Fakes.ORDER)).isEqualTo(200);

        assertThat(lines()).extracting(fields -> fields.get("event.action")).containsExactly("getUser", "getOrder");
    }
}
