package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/** The read models as an operator sees them and has them made anew. */
final class ReadModels {
    static final List<String> NAMES = List.of("orders-by-customer", "orders-by-status", "sales");

    private static final String PATH = "/api/v1/system/projections";
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private final Session operator;

    ReadModels(Session operator) {
        this.operator = operator;
    }

    /** @param state {@code LIVE}, {@code REBUILDING} or {@code SWEEPING} */
    record View(String name, String service, int generation, String state, long position, long head, long lag) {}

    View view(String name) {
        JsonNode items = operator.get(PATH).expect(200).json().path("items");
        return Json.items(View.class, items)
                .filter(view -> view.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    Reply rebuild(String name) {
        return operator.send("POST", PATH + '/' + name + "/rebuild", BodyPublishers.noBody());
    }

    /** Returns when a later generation than this is read. */
    void awaitNext(View before, Duration within) {
        await("the next generation of " + before.name)
                .atMost(within)
                .pollDelay(POLL_INTERVAL)
                .pollInterval(POLL_INTERVAL)
                .untilAsserted(() -> assertThat(view(before.name).generation).isGreaterThan(before.generation));
    }

    /** Returns when nothing is left of the generations before. */
    void awaitLive(String name, Duration within) {
        await("nothing but one generation of " + name).atMost(within).untilAsserted(() -> assertThat(view(name).state)
                .isEqualTo("LIVE"));
    }

    /** What the sales report says of one product in these days, summed up, as name of the column and sum. */
    long sales(String days, String sku, String column) {
        long sum = 0;
        String cursor = "";
        do {
            JsonNode page = operator.get("/api/v1/reports/sales?limit=100" + days + cursor)
                    .expect(200)
                    .json();
            sum += StreamSupport.stream(page.path("items").spliterator(), false)
                    .filter(row -> row.path("sku").asText().equals(sku))
                    .map(row -> row.path(column))
                    .mapToLong(value -> value.isObject() ? value.path("amount").asLong() : value.asLong())
                    .sum();
            cursor = page.path("nextCursor").isTextual()
                    ? "&cursor=" + page.path("nextCursor").textValue()
                    : "";
        } while (!cursor.isEmpty());
        return sum;
    }
}
