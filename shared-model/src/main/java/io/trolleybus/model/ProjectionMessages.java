package io.trolleybus.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the order service answers to operators who look after its read models. */
public final class ProjectionMessages {
    public static final String FIND = "order.find-projections";
    public static final String REBUILD = "order.rebuild-projection";

    private ProjectionMessages() {}

    /** Answers {@link ProjectionList}. Operators only. */
    public record FindProjections() {}

    public record ProjectionList(List<ProjectionView> items) {}

    /**
     * Has a read model made anew beside the one that is read, which is read until the new one has caught up. Answers
     * {@link ProjectionView}; refused with {@code not-found}, or {@code rebuild-under-way} (fact {@code generation}).
     * Operators only.
     */
    public record RebuildProjection(String name) {}

    /** {@code SWEEPING}: the rows of the generation before are being removed. */
    public enum ProjectionState {
        LIVE,
        REBUILDING,
        SWEEPING
    }

    /**
     * @param service whose journal it is folded from
     * @param generation the one that is read; null while the first is made
     * @param position how far in the journal what is read has come
     * @param head where the journal ends
     * @param lag how many events are between the two
     * @param rebuild the one that is under way; null if none is
     * @param since when this generation began to be read; null while the first is made
     */
    public record ProjectionView(
            String name,
            String service,
            @Nullable Integer generation,
            ProjectionState state,
            long position,
            long head,
            long lag,
            @Nullable Rebuild rebuild,
            @Nullable Instant since) {}

    /** @param percent how much of the journal it has read, rounded down */
    public record Rebuild(int generation, long position, int percent, Instant begunAt) {}
}
