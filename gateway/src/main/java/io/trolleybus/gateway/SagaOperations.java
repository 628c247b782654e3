package io.trolleybus.gateway;

import io.trolleybus.model.SagaMessages;
import io.trolleybus.model.SagaMessages.CompensateSaga;
import io.trolleybus.model.SagaMessages.FindSagas;
import io.trolleybus.model.SagaMessages.GetSaga;
import io.trolleybus.model.SagaMessages.RetrySaga;
import io.trolleybus.model.SagaMessages.Saga;
import io.trolleybus.model.SagaMessages.SagaPage;
import io.trolleybus.model.SagaMessages.SagaStatus;
import io.trolleybus.model.SagaMessages.SagaStep;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sagas, for operators. */
final class SagaOperations {
    private final Bus bus;

    SagaOperations(Bus bus) {
        this.bus = bus;
    }

    private record Intervention(String reason) {}

    private record SagaView(
            UUID id,
            String name,
            int version,
            UUID orderId,
            String state,
            @Nullable String step,
            @Nullable String why,
            List<StepView> steps,
            @Nullable String node,
            Instant startedAt,
            Instant updatedAt) {
        static SagaView of(Saga saga) {
            return new SagaView(
                    saga.id(),
                    saga.name(),
                    saga.version(),
                    saga.orderId(),
                    lower(saga.status().name()),
                    saga.step(),
                    saga.why(),
                    saga.steps().stream().map(StepView::of).toList(),
                    saga.node(),
                    saga.startedAt(),
                    saga.updatedAt());
        }
    }

    private record StepView(
            String name,
            String direction,
            int attempts,
            String outcome,
            @Nullable String detail,
            Instant startedAt,
            @Nullable Instant endedAt) {
        static StepView of(SagaStep step) {
            return new StepView(
                    step.name(),
                    lower(step.direction()),
                    step.attempts(),
                    lower(step.outcome()),
                    step.detail(),
                    step.startedAt(),
                    step.endedAt());
        }
    }

    private record SagasView(List<SagaView> items, @Nullable String nextCursor) {}

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    Map<String, Action> actions() {
        return Map.of(
                "findSagas",
                this::find,
                "getSaga",
                this::get,
                "retrySaga",
                this::retry,
                "compensateSaga",
                this::compensate);
    }

    private Future<Answer> find(Exchange exchange) {
        var query = new FindSagas(
                Parameters.lowerCaseChoice(exchange, "state", SagaStatus.class), Parameters.page(exchange));
        return bus.read(exchange, SagaMessages.FIND, query, SagaPage.class)
                .map(page ->
                        new SagasView(page.items().stream().map(SagaView::of).toList(), page.nextCursor()))
                .map(view -> Answer.json(200, view));
    }

    private Future<Answer> get(Exchange exchange) {
        return bus.read(exchange, SagaMessages.GET, new GetSaga(Parameters.id(exchange)), Saga.class)
                .map(saga -> Answer.json(200, SagaView.of(saga)));
    }

    private Future<Answer> retry(Exchange exchange) {
        String reason = exchange.body(Intervention.class).reason;
        var command = new RetrySaga(Parameters.id(exchange), reason, Parameters.optionalIdempotencyKey(exchange));
        return send(exchange, SagaMessages.RETRY, command);
    }

    private Future<Answer> compensate(Exchange exchange) {
        String reason = exchange.body(Intervention.class).reason;
        var command = new CompensateSaga(Parameters.id(exchange), reason, Parameters.optionalIdempotencyKey(exchange));
        return send(exchange, SagaMessages.COMPENSATE, command);
    }

    /** Either may be repeated, under its key or the message's id. */
    private Future<Answer> send(Exchange exchange, String address, Object command) {
        return bus.repeat(exchange, address, command, Saga.class).map(saga -> Answer.json(200, SagaView.of(saga)));
    }
}
