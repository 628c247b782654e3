package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TracingTest {
    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final Tracing tracing = new Tracing(SdkTracerProvider.builder()
            .setIdGenerator(new ChosenSpanIds())
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()
            .get("test"));
    private final Random random = new Random(1);
    private final Trace sampled = Trace.root(random, true);
    private final Trace unsampled = Trace.root(random, false);

    private SpanData span(String name) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anUnsampledTraceMakesNoSpanAndIsHandedOnAsItIs() {
        Trace given = tracing.around("work", SpanKind.SERVER, unsampled, Future::succeededFuture)
                .result();

        assertThat(given).isSameAs(unsampled);
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void spansOfASampledTraceFormAChain() {
        tracing.around(
                "outer",
                SpanKind.SERVER,
                sampled,
                outer -> tracing.around("inner", SpanKind.CLIENT, outer, inner -> Future.succeededFuture()));

        assertThat(exporter.getFinishedSpanItems()).hasSize(2).allSatisfy(span -> assertThat(span.getTraceId())
                .isEqualTo(sampled.traceId()));
        assertThat(span("outer").getParentSpanId()).isEqualTo(sampled.spanId());
        assertThat(span("inner").getParentSpanId()).isEqualTo(span("outer").getSpanId());
        assertThat(span("inner").getKind()).isEqualTo(SpanKind.CLIENT);
    }

    @Test
    void aSpanNamesTheOrderThatItsCommandOrItsAnswerIsAbout() {
        UUID order = UUID.fromString("01930000-0000-7000-8000-000000000001");
        var about = new GetOrder(order);

        tracing.around("asked", SpanKind.SERVER, sampled, about, trace -> Future.succeededFuture());
        tracing.around("answered", SpanKind.SERVER, sampled, trace -> Future.succeededFuture(Reply.done(about)));
        tracing.around("neither", SpanKind.SERVER, sampled, trace -> Future.succeededFuture(Reply.done("done")));

        assertThat(span("asked").getAttributes().get(Tracing.ORDER_ID)).isEqualTo(order.toString());
        assertThat(span("answered").getAttributes().get(Tracing.ORDER_ID)).isEqualTo(order.toString());
        assertThat(span("neither").getAttributes().isEmpty()).isTrue();
    }

    @Test
    void eachServiceHasATracerOfItsOwn() {
        var provider = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build();
        Tracing platform = Tracing.ofServices("platform", provider::get);

        platform.of("order").around("work", SpanKind.SERVER, sampled, trace -> Future.succeededFuture());

        assertThat(span("work").getInstrumentationScopeInfo().getName()).isEqualTo("order");
    }

    @Test
    void aSpanEndsWithItsWork() {
        Promise<Void> work = Promise.promise();
        tracing.around("work", SpanKind.SERVER, sampled, trace -> work.future());
        assertThat(exporter.getFinishedSpanItems()).isEmpty();

        work.complete();

        assertThat(span("work").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void aFailureIsSeenInTheSpanAndByTheCaller() {
        var failure = new IllegalStateException("broken");

        Future<Void> done = tracing.around("work", SpanKind.SERVER, sampled, trace -> Future.failedFuture(failure));

        assertThat(done.cause()).isSameAs(failure);
        assertThat(span("work").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span("work").getStatus().getDescription()).isEqualTo("broken");
    }

    @Test
    void theSpanOfWorkThatThrowsEndsToo() {
        assertThatThrownBy(() -> tracing.around("work", SpanKind.SERVER, sampled, trace -> {
                    throw new IllegalStateException("a bug");
                }))
                .hasMessage("a bug");

        assertThat(span("work").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void aBatchIsLinkedToTheSampledTracesItServes() {
        Trace other = Trace.root(random, true);

        tracing.aroundBatch("batch", List.of(sampled, unsampled, other), Future::succeededFuture);

        assertThat(span("batch").getLinks())
                .extracting(LinkData::getSpanContext)
                .containsExactly(sampled.toSpanContext(), other.toSpanContext());
        assertThat(span("batch").getParentSpanContext().isValid()).isFalse();
        assertThat(span("batch").getAttributes().get(AttributeKey.longKey("batch.size")))
                .isEqualTo(3);
    }

    @Test
    void aBatchWithoutASampledTraceMakesNoSpan() {
        Future<String> done = tracing.aroundBatch("batch", List.of(unsampled), () -> Future.succeededFuture("done"));

        assertThat(done.result()).isEqualTo("done");
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void aLastingSpanIsRecordedAtItsEndUnderTheIdThatWhatItHoldsHangsBelow() {
        var lasting = LastingSpan.within(sampled, random);
        Instant begun = Instant.parse("2026-01-01T00:00:00Z");
        tracing.around("inner", SpanKind.CLIENT, lasting.trace(), trace -> Future.succeededFuture());
        // As another process reads it.
        var stored = new LastingSpan(Trace.parse(lasting.trace().traceparent()), lasting.parentSpanId());

        tracing.record(stored, "lasting", begun, begun.plusSeconds(90), Attributes.empty());

        assertThat(span("lasting").getTraceId()).isEqualTo(sampled.traceId());
        assertThat(span("lasting").getParentSpanId()).isEqualTo(sampled.spanId());
        assertThat(span("lasting").getEndEpochNanos() - span("lasting").getStartEpochNanos())
                .isEqualTo(Duration.ofSeconds(90).toNanos());
        assertThat(span("inner").getParentSpanId()).isEqualTo(span("lasting").getSpanId());
    }

    @Test
    void onlyTheLastingSpanGetsTheChosenId() {
        var lasting = LastingSpan.within(sampled, random);
        tracing.record(lasting, "lasting", Instant.EPOCH, Instant.EPOCH, Attributes.empty());

        tracing.around("next", SpanKind.CLIENT, sampled, trace -> Future.succeededFuture());

        assertThat(span("lasting").getSpanId()).isEqualTo(lasting.trace().spanId());
        assertThat(span("next").getSpanId()).isNotEqualTo(lasting.trace().spanId());
    }

    @Test
    void aLastingSpanOfAnUnsampledTraceIsTheTraceAsItIs() {
        var lasting = LastingSpan.within(unsampled, random);

        tracing.record(lasting, "lasting", Instant.EPOCH, Instant.EPOCH, Attributes.empty());

        assertThat(lasting.trace()).isSameAs(unsampled);
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }
}
