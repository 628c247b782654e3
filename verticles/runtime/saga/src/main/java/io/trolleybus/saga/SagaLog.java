package io.trolleybus.saga;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.trolleybus.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one saga has done so far, step by step, for whoever looks after it; nothing is decided by it. Immutable. Stored
 * as JSON beside the saga's state, as old as that.
 */
public record SagaLog(@JsonValue List<Entry> entries) {
    public static final SagaLog EMPTY = new SagaLog(List.of());

    /** Of more the oldest are forgotten. */
    static final int MAX_ENTRIES = 40;

    @JsonCreator
    public SagaLog {
        entries = List.copyOf(entries);
    }

    /**
     * A step, done or undone, with all its attempts.
     *
     * @param startedMs of the first attempt, in milliseconds since 1970
     * @param endedMs when it was answered or given up; null while it is under way
     * @param refusal how it was refused; null if it was not
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Entry(
            String step,
            Direction direction,
            long startedMs,
            @Nullable Long endedMs,
            int attempts,
            Outcome outcome,
            @Nullable Refusal refusal) {}

    /** Which way a step is gone. */
    public enum Direction {
        DO,
        UNDO
    }

    /** How the last attempt of a step ended. */
    public enum Outcome {
        /** Not yet. */
        UNKNOWN,
        DONE,
        REFUSED,
        UNANSWERED
    }

    /** An attempt begins: another of the step under way, or the first of the next. */
    SagaLog attempt(String step, Direction direction, long nowMs) {
        Entry last = last();
        if (last != null && last.endedMs == null && last.step.equals(step) && last.direction == direction) {
            return with(
                    new Entry(step, direction, last.startedMs, null, last.attempts + 1, Outcome.UNKNOWN, null), true);
        }
        SagaLog closed = last == null || last.endedMs != null ? this : ended(last.outcome, null, nowMs);
        return closed.with(new Entry(step, direction, nowMs, null, 1, Outcome.UNKNOWN, null), false);
    }

    /** The attempt under way was answered, or not. */
    SagaLog answered(Signal signal, long nowMs) {
        return signal.fold(
                () -> ended(Outcome.DONE, null, nowMs),
                refusal -> ended(Outcome.REFUSED, refusal, nowMs),
                () -> change(null, Outcome.UNANSWERED, null));
    }

    /** The saga is on hold, and the step given up for now. */
    SagaLog held(long nowMs) {
        Entry last = last();
        return last == null || last.endedMs != null ? this : ended(last.outcome, last.refusal, nowMs);
    }

    private SagaLog ended(Outcome outcome, @Nullable Refusal refusal, long nowMs) {
        return change(nowMs, outcome, refusal);
    }

    private SagaLog change(@Nullable Long endedMs, Outcome outcome, @Nullable Refusal refusal) {
        Entry last = last();
        return last == null
                ? this
                : with(
                        new Entry(last.step, last.direction, last.startedMs, endedMs, last.attempts, outcome, refusal),
                        true);
    }

    private @Nullable Entry last() {
        return entries.isEmpty() ? null : entries.get(entries.size() - 1);
    }

    private SagaLog with(Entry entry, boolean isReplacement) {
        List<Entry> more = new ArrayList<>(entries);
        if (isReplacement) {
            more.remove(more.size() - 1);
        } else if (more.size() == MAX_ENTRIES) {
            more.remove(0);
        }
        more.add(entry);
        return new SagaLog(more);
    }
}
