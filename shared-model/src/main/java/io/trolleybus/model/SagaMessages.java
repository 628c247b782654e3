package io.trolleybus.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the order service answers to operators who look after its sagas. */
public final class SagaMessages {
    public static final String FIND = "order.find-sagas";
    public static final String GET = "order.get-saga";
    public static final String RETRY = "order.retry-saga";
    public static final String COMPENSATE = "order.compensate-saga";

    private SagaMessages() {}

    /**
     * Answers {@link SagaPage}, newest first. Operators only.
     *
     * @param status null for all that have not ended
     */
    public record FindSagas(@Nullable SagaStatus status, Page page) {}

    /** Answers {@link Saga}; refused with {@code not-found}. Operators only. */
    public record GetSaga(UUID sagaId) {}

    /**
     * Has a parked saga tried again, once however often it is sent. Answers {@link Saga}; refused with
     * {@code not-found}, {@code saga-state} (fact {@code status}) or {@code idempotency-key-reused}. Operators only.
     *
     * @param key under which the operator repeats it; null if only the message itself may be repeated
     */
    public record RetrySaga(
            UUID sagaId, String reason, @Nullable String key) {}

    /**
     * Has a saga that is under way turn back, once however often it is sent. One that is parked while turning back
     * leaves the step at fault as it is and goes on with those before; one that refunds has the refund decided for
     * good. Answers {@link Saga}; refused as {@link RetrySaga}, also if its step has to be done in any case. Operators
     * only.
     *
     * @param key as that of {@link RetrySaga}
     */
    public record CompensateSaga(
            UUID sagaId, String reason, @Nullable String key) {}

    public enum SagaStatus {
        RUNNING,
        COMPENSATING,
        PARKED,
        COMPLETED,
        COMPENSATED,
        SUPERSEDED
    }

    /**
     * A saga as it was stored last; one that goes well is stored at its start and its end.
     *
     * @param id of a saga that places an order that of the order, of one that refunds that of the refund
     * @param name of its table
     * @param step where it stands; null if it has ended
     * @param why it is parked, turned back or was superseded; null if none of that
     * @param node whose process runs it; null if it has ended or waits for a process that knows its version
     */
    public record Saga(
            UUID id,
            String name,
            int version,
            UUID orderId,
            SagaStatus status,
            @Nullable String step,
            @Nullable String why,
            List<SagaStep> steps,
            @Nullable String node,
            Instant startedAt,
            Instant updatedAt)
            implements AboutOrder {}

    /**
     * A step with all its attempts.
     *
     * @param direction {@code DO} or {@code UNDO}
     * @param outcome {@code UNKNOWN}, {@code DONE}, {@code REFUSED} or {@code UNANSWERED}
     * @param detail how it was refused; null if it was not
     * @param endedAt null while it is under way
     */
    public record SagaStep(
            String name,
            String direction,
            int attempts,
            String outcome,
            @Nullable String detail,
            Instant startedAt,
            @Nullable Instant endedAt) {}

    public record SagaPage(List<Saga> items, @Nullable String nextCursor) {}
}
