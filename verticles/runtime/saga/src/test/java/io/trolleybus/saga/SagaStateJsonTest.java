package io.trolleybus.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.Json;
import io.trolleybus.model.Refusal;
import io.trolleybus.saga.Insistence.Insisting;
import io.trolleybus.saga.Insistence.Stuck;
import io.trolleybus.saga.Insistence.Withdrawing;
import io.trolleybus.saga.SagaState.Compensated;
import io.trolleybus.saga.SagaState.Compensating;
import io.trolleybus.saga.SagaState.Completed;
import io.trolleybus.saga.SagaState.Forward;
import io.trolleybus.saga.SagaState.Parked;
import io.trolleybus.saga.SagaState.Superseded;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sagas that are under way outlive the program that began them, so what is stored never changes its names. */
class SagaStateJsonTest {
    private static final Refusal REASON = new Refusal("out-of-stock", "3 of X are left", Map.of("sku", "X"));
    private static final String REASON_JSON = """
            "reason":{"code":"out-of-stock","detail":"3 of X are left","facts":{"sku":"X"}}""";

    static Stream<Arguments> golden() {
        return Stream.of(
                Arguments.of(new Forward(1, 2, 1, 1_700_000_000_000L), """
                        {"phase":"forward","step":1,"attempt":2,"reached":1,"deadlineMs":1700000000000}"""),
                Arguments.of(new Compensating(1, 3, REASON), """
                        {"phase":"compensating","step":1,"attempt":3,%s}""".formatted(REASON_JSON)),
                Arguments.of(new Parked(0, REASON, "not answered"), """
                        {"phase":"parked","step":0,%s,"why":"not answered"}""".formatted(REASON_JSON)),
                Arguments.of(new Insisting(1, 4, 2, 1_700_000_000_000L), """
                        {"phase":"insisting","step":1,"attempt":4,"failures":2,"deadlineMs":1700000000000}"""),
                Arguments.of(new Withdrawing(0, 1, REASON), """
                        {"phase":"withdrawing","step":0,"attempt":1,%s}""".formatted(REASON_JSON)),
                Arguments.of(new Stuck(1, "not answered"), """
                        {"phase":"stuck","step":1,"why":"not answered"}"""),
                Arguments.of(new Superseded("cancel-order"), """
                        {"phase":"superseded","by":"cancel-order"}"""),
                Arguments.of(new Completed(), """
                        {"phase":"completed"}"""),
                Arguments.of(new Compensated(REASON), """
                        {"phase":"compensated",%s}""".formatted(REASON_JSON)));
    }

    @ParameterizedTest
    @MethodSource("golden")
    void aStateIsStoredUnderItsNamesAndReadBack(SagaState state, String json) {
        assertThat(Json.write(state)).isEqualTo(json);
        assertThat(Json.read(json, SagaState.class)).isEqualTo(state);
    }
}
