package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN_ID = "00f067aa0ba902b7";
    private static final String IDS = TRACE_ID + '-' + SPAN_ID;

    @ParameterizedTest
    @CsvSource({"01, true", "00, false", "03, true", "02, false", "ff, true"})
    void theFlagsSayWhetherATraceIsSampled(String flags, boolean sampled) {
        assertThat(Trace.parse("00-" + IDS + '-' + flags)).isEqualTo(new Trace(TRACE_ID, SPAN_ID, sampled));
    }

    @ParameterizedTest
    @ValueSource(strings = {"01-" + IDS + "-01", "cc-" + IDS + "-01-what-the-future-will-bring"})
    void aLaterVersionIsReadAsFarAsItIsKnown(String traceparent) {
        assertThat(Trace.parse(traceparent)).isEqualTo(new Trace(TRACE_ID, SPAN_ID, true));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "00",
                "00-" + IDS,
                "00-" + IDS + "-1",
                "00-" + IDS + "-01-more",
                "00-" + IDS + "-01.",
                "00-" + IDS + "-0z",
                "00-" + IDS + "-zz",
                "ff-" + IDS + "-01",
                "zz-" + IDS + "-01",
                "0 -" + IDS + "-01",
                "00_" + IDS + "-01",
                "00-" + TRACE_ID + '_' + SPAN_ID + "-01",
                "00-" + IDS + "_01",
                "cc-" + IDS + "-01more",
                "00-00000000000000000000000000000000-" + SPAN_ID + "-01",
                "00-" + TRACE_ID + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN_ID + "-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473g-" + SPAN_ID + "-01"
            })
    void whatIsNoTraceparentNamesNoTrace(String traceparent) {
        assertThat(Trace.parse(traceparent)).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTraceIsReadAsItWasWritten(boolean sampled) {
        Trace trace = Trace.root(new Random(1), sampled);

        assertThat(trace.traceparent()).hasSize(55);
        assertThat(Trace.parse(trace.traceparent())).isEqualTo(trace);
    }

    @Test
    void everyRootIsATraceOfItsOwn() {
        var random = new Random(1);

        assertThat(Trace.root(random, true).traceId())
                .isNotEqualTo(Trace.root(random, true).traceId());
    }

    @Test
    void aTraceCrossesToOpenTelemetryAndBack() {
        Trace trace = Trace.root(new Random(1), true);

        assertThat(Trace.of(trace.toSpanContext())).isEqualTo(trace);
    }
}
