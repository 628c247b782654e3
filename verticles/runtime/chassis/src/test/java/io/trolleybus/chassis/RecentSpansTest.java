package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.trolleybus.model.NodeMessages.FindTraces;
import io.trolleybus.model.NodeMessages.Span;
import io.trolleybus.model.NodeMessages.SpanLink;
import io.trolleybus.model.NodeMessages.TracePart;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecentSpansTest {
    private static final UUID ORDER = UUID.fromString("01930000-0000-7000-8000-000000000001");
    private static final int ANY = 100;

    private final RecentSpans spans = new RecentSpans();
    private final Tracing tracing = new Tracing(SdkTracerProvider.builder()
            .setResource(Resource.builder().put("service.name", "order").build())
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .build()
            .get("test"));
    private final Random random = new Random(1);

    private Trace work(Trace parent, String name, Object subject) {
        return tracing.around(name, SpanKind.SERVER, parent, subject, Future::succeededFuture)
                .result();
    }

    private Trace newTrace() {
        return Trace.root(random, true);
    }

    private List<TracePart> find(UUID orderId, List<String> traceIds, int limit) {
        return spans.find(new FindTraces(orderId, traceIds, limit)).items();
    }

    @Test
    void aSpanIsToldAsItWas() {
        Trace client = newTrace();
        tracing.around("order.get", SpanKind.SERVER, client, new GetOrder(ORDER), trace -> Future.failedFuture("gone"));

        assertThat(spans.ofTrace(client.traceId()).items()).singleElement().satisfies(span -> {
            assertThat(span.parentSpanId()).isEqualTo(client.spanId());
            assertThat(span.name()).isEqualTo("order.get");
            assertThat(span.kind()).isEqualTo("SERVER");
            assertThat(span.service()).isEqualTo("order");
            assertThat(span.status()).isEqualTo("ERROR");
            assertThat(span.error()).isEqualTo("gone");
            assertThat(span.attributes()).containsEntry("order.id", ORDER.toString());
            assertThat(span.durationNs()).isBetween(0L, Duration.ofSeconds(10).toNanos());
        });
    }

    @Test
    void aTraceIsFoundByItsOrderAndIsWhole() {
        Trace client = newTrace();
        Trace outer = work(client, "outer", null);
        work(outer, "inner", new GetOrder(ORDER));
        work(newTrace(), "another", null);

        assertThat(find(ORDER, List.of(), ANY)).singleElement().satisfies(part -> {
            assertThat(part.traceId()).isEqualTo(client.traceId());
            assertThat(part.firstSpan()).isEqualTo("outer");
            assertThat(part.spans()).isEqualTo(2);
            assertThat(part.failed()).isFalse();
            assertThat(part.orderId()).isEqualTo(ORDER);
            assertThat(part.endedAt()).isAfterOrEqualTo(part.startedAt());
        });
        assertThat(find(UUID.randomUUID(), List.of(), ANY)).isEmpty();
    }

    @Test
    void ofATraceThatIsAboutSeveralOrdersEachFindsIt() {
        UUID other = UUID.randomUUID();
        Trace client = newTrace();
        work(client, "one", new GetOrder(ORDER));
        work(client, "two", new GetOrder(other));

        assertThat(find(ORDER, List.of(), ANY)).extracting(TracePart::orderId).containsExactly(ORDER);
        assertThat(find(other, List.of(), ANY)).extracting(TracePart::orderId).containsExactly(other);
    }

    @Test
    void theNewestTracesComeFirstAndNoMoreThanAskedFor() {
        List<Trace> traces = List.of(newTrace(), newTrace(), newTrace());
        traces.forEach(trace -> work(trace, "work", null));

        assertThat(find(null, List.of(), 2))
                .extracting(TracePart::traceId)
                .containsExactly(traces.get(2).traceId(), traces.get(1).traceId());
        assertThat(find(null, List.of(traces.get(0).traceId()), 2))
                .extracting(TracePart::traceId)
                .containsExactly(traces.get(0).traceId());
    }

    @Test
    void aBatchIsToldWithTheTracesThatItServes() {
        Trace served = newTrace();
        tracing.aroundBatch("order.commit", List.of(served), Future::succeededFuture);

        assertThat(spans.ofTrace(served.traceId()).items()).singleElement().satisfies(span -> {
            assertThat(span.name()).isEqualTo("order.commit");
            assertThat(span.traceId()).isNotEqualTo(served.traceId());
            assertThat(span.parentSpanId()).isNull();
            assertThat(span.links()).containsExactly(new SpanLink(served.traceId(), served.spanId()));
        });
    }

    @Test
    void spansAreBoundedAndSoAreThoseOfOneTrace() {
        Trace endless = newTrace();
        for (int i = 0; i <= RecentSpans.MAX_SPANS; i++) {
            work(endless, "work", null);
        }

        assertThat(find(null, List.of(), ANY)).extracting(TracePart::spans).containsExactly(RecentSpans.MAX_SPANS);
        assertThat(spans.ofTrace(endless.traceId()).truncated()).isTrue();
        assertThat(spans.ofTrace(endless.traceId()).items()).hasSize(RecentSpans.MAX_SPANS_OF_A_TRACE);
    }

    @Test
    void largeSpansAreBoundedBySize() {
        String name = "x".repeat(1 << 20);
        for (int i = 0; i < 10; i++) {
            work(newTrace(), name, null);
        }

        List<TracePart> kept = find(null, List.of(), ANY);
        assertThat(kept).hasSizeBetween(1, (int) (RecentSpans.MAX_BYTES / (2L << 20)));
    }

    @Test
    void anUnsampledTraceLeavesNothing() {
        Trace unsampled = Trace.root(random, false);
        work(unsampled, "work", new GetOrder(ORDER));

        assertThat(spans.ofTrace(unsampled.traceId()).items()).isEqualTo(List.<Span>of());
    }
}
