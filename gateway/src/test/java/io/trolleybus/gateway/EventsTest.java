package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trolleybus.chassis.Endpoints;
import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.FeedMessages.FindRecent;
import io.trolleybus.model.FeedMessages.RecentEvents;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The events of several journals become one list, whoever is silent. */
class EventsTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final UUID OPERATOR = UUID.fromString("01930000-0000-7000-8000-0000000000aa");

    private final List<FindRecent> asked = new CopyOnWriteArrayList<>();
    private TestPlatform platform;
    private TestKey key;

    @BeforeEach
    void start() {
        platform = TestPlatform.withGateway(TestPlatform.SETTINGS);
        key = TestKey.create("key-1");
        platform.serve("user", new Fakes(new Jwks(List.of(key.jwk())))::user);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private Consumer<Endpoints> journal(String service, Entry... entries) {
        return endpoints -> endpoints.serve(FeedMessages.recentAddress(service), FindRecent.class, (call, query) -> {
            asked.add(query);
            return Future.succeededFuture(Reply.done(new RecentEvents(List.of(entries))));
        });
    }

    private static Entry entry(long position, String type, int second, String traceparent) {
        return new Entry(position, Fakes.ORDER, 1, type, "{\"a\":[1,null]}", traceparent, NOON.plusSeconds(second));
    }

    private JsonNode get(String query, int status) throws IOException {
        var request = platform.request("/api/v1/system/events" + query)
                .header("Authorization", "Bearer " + key.token(OPERATOR, "operator"));
        var response = platform.send(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void the_newest_of_all_journals_come_first_and_who_is_silent_is_named() throws IOException {
        platform.serve(
                "order",
                journal(
                        "order",
                        entry(9, "OrderConfirmed", 3, "00-" + TRACE + "-00f067aa0ba902b7-01"),
                        entry(7, "OrderCreated", 1, "")));
        platform.serve("payment", journal("payment", entry(2, "PaymentProcessed", 2, "")));

        JsonNode events = get("?limit=2&orderId=" + Fakes.ORDER + "&traceId=" + TRACE, 200);

        assertThat(events.path("items"))
                .extracting(item -> item.path("type").asText())
                .containsExactly("OrderConfirmed", "PaymentProcessed");
        assertThat(events.at("/items/0/service").asText()).isEqualTo("order");
        assertThat(events.at("/items/0/traceId").asText()).isEqualTo(TRACE);
        assertThat(events.at("/items/0/data").toString()).isEqualTo("{\"a\":[1,null]}");
        assertThat(events.at("/items/1/traceId").isNull()).isTrue();
        assertThat(events.path("degraded").toString()).isEqualTo("[\"inventory\",\"user\"]");
        assertThat(asked).containsOnly(new FindRecent(Fakes.ORDER, TRACE, 2));
    }

    @Test
    void what_cannot_be_asked_for_is_refused_and_named() throws IOException {
        assertThat(get("?limit=501", 400).toString()).contains("limit", "500");
        assertThat(get("?orderId=7", 400).toString()).contains("orderId", "UUID");
        assertThat(get("?traceId=7", 400).toString()).contains("traceId");
        assertThat(asked).isEmpty();
    }
}
