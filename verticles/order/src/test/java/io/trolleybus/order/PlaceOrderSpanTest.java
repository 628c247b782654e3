package io.trolleybus.order;

import static io.trolleybus.order.Shop.ALICE;
import static io.trolleybus.order.Shop.result;
import static io.trolleybus.order.Shop.tea;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.testkit.Futures;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A saga is one span of its order's trace, whatever becomes of the processes that run it. */
class PlaceOrderSpanTest {
    private static final String SAGA = "saga place-order";

    private final Shop shop = Shop.open();

    @AfterEach
    void close() {
        shop.close();
    }

    private UUID place(Trace trace) {
        var call = shop.platform.newCall(ALICE, trace);
        return result(Futures.await(shop.placing(call, tea(shop.newKey(), 1, 0))))
                .id();
    }

    private static Trace trace(boolean sampled) {
        return Trace.root(new Random(), sampled);
    }

    private List<SpanData> spansOf(Trace trace) {
        return shop.platform.spans().stream()
                .filter(span -> span.getTraceId().equals(trace.traceId()))
                .toList();
    }

    private SpanData sagaOf(Trace trace) {
        await().until(() ->
                spansOf(trace).stream().anyMatch(span -> span.getName().equals(SAGA)));
        List<SpanData> sagas = spansOf(trace).stream()
                .filter(span -> span.getName().equals(SAGA))
                .toList();
        assertThat(sagas).hasSize(1);
        return sagas.get(0);
    }

    private List<SpanData> named(Trace trace, String name) {
        return spansOf(trace).stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    @Test
    void theCommandsOfASagaHangBelowItsSpanAndThatBelowTheRequest() {
        Trace request = trace(true);
        UUID order = place(request);

        SpanData saga = sagaOf(request);

        assertThat(saga.getParentSpanId())
                .isIn(named(request, OrderMessages.PLACE).stream()
                        .map(SpanData::getSpanId)
                        .toList());
        for (String command : List.of(InventoryMessages.RESERVE, PaymentMessages.CHARGE)) {
            // One at the sender, one at the receiver.
            assertThat(named(request, command)).hasSize(2).allSatisfy(span -> assertThat(span.getParentSpanId())
                    .isEqualTo(saga.getSpanId()));
        }
        assertThat(saga.getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("order.id"), order.toString())
                .containsEntry(AttributeKey.longKey("saga.version"), 1L)
                .containsEntry(AttributeKey.stringKey("outcome"), "confirmed");
        assertThat(saga.getEndEpochNanos()).isGreaterThan(saga.getStartEpochNanos());
    }

    @Test
    void theCommitsOfAnOrderAreLinkedToItsSaga() {
        Trace request = trace(true);
        place(request);

        SpanData saga = sagaOf(request);

        await().untilAsserted(() -> assertThat(shop.platform.spans())
                .filteredOn(span -> span.getName().equals("order.commit"))
                .hasSize(2)
                .allSatisfy(commit -> assertThat(commit.getLinks())
                        .extracting(link -> link.getSpanContext().getSpanId())
                        .containsExactly(saga.getSpanId())));
    }

    @Test
    void aSagaThatIsInterruptedIsStillOneSpanOfOneTree() {
        Trace request = trace(true);
        var gate = shop.payment.charge.holdBefore();
        UUID order = place(request);
        await().until(() -> !shop.payment.charge.received.isEmpty());
        shop.orders.restart();
        shop.awaitStatus(order, Status.CONFIRMED);
        gate.complete();
        // Twice each, at sender and receiver.
        await().until(() -> named(request, PaymentMessages.CHARGE).size() == 4);

        SpanData saga = sagaOf(request);

        assertThat(named(request, InventoryMessages.RESERVE)).hasSize(4);
        Map<String, SpanData> byId = spansOf(request).stream().collect(toMap(SpanData::getSpanId, Function.identity()));
        assertThat(byId.values())
                .filteredOn(span -> !byId.containsKey(span.getParentSpanId()))
                .allSatisfy(root -> assertThat(root.getParentSpanId()).isEqualTo(request.spanId()))
                .hasSize(1);
        assertThat(byId).containsKey(saga.getSpanId());
    }

    @Test
    void theSpanOfASagaThatTurnsBackTellsSo() {
        Trace request = trace(true);
        shop.payment.charge.once(FakeEndpoint.refuse(Refusal.of(Refusals.PAYMENT_DECLINED, "the card is empty")));
        place(request);

        assertThat(sagaOf(request).getAttributes().get(AttributeKey.stringKey("outcome")))
                .isEqualTo("rejected");
        assertThat(named(request, InventoryMessages.RELEASE)).allSatisfy(span -> assertThat(span.getParentSpanId())
                .isEqualTo(sagaOf(request).getSpanId()));
    }

    @Test
    void anUnsampledOrderStoresNoSpanOfItsOwn() {
        Trace request = trace(false);
        UUID order = place(request);
        shop.awaitStatus(order, Status.CONFIRMED);

        assertThat(spansOf(request)).isEmpty();
        assertThat(shop.database()
                        .value("select saga::text from orders where id = ?", order)
                        .toString())
                .contains(request.traceparent())
                .doesNotContain("parentSpanId");
    }
}
