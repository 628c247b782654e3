package io.trolleybus.saga;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A saga as a table of steps, carried out downwards and undone upwards.
 *
 * <pre>{@code
 * SagaDefinition.<Order>named("place-order", 1)
 *     .step("reserve-stock", this::reserve).undo(this::release).within(STOCK_DEADLINE, EXPIRED)
 *     .step("take-payment", this::charge).undo(this::voidPayment).within(PAYMENT_DEADLINE, PAYMENT_UNAVAILABLE)
 *     .build();
 * }</pre>
 *
 * <p>What has to be done in any case, such as giving money back, is insisted on and not undone:
 *
 * <pre>{@code
 * SagaDefinition.<Order>named("cancel-order", 1)
 *     .insist("void-payment", this::voidPayment).upTo(MAX_FAILURES, PATIENCE)
 *     .insist("release-stock", this::release).upTo(MAX_FAILURES, PATIENCE)
 *     .build();
 * }</pre>
 *
 * <p>A table does not change while a saga that was begun with it may be under way: changed steps are a new version,
 * which stands beside the old one in {@link SagaVersions}. The same goes for the shape of what is stored.
 *
 * @param version of the table, stored with each saga
 */
public record SagaDefinition<C>(String name, int version, List<SagaStep<C>> steps) {
    public SagaDefinition {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException(name + " has no steps");
        }
        if (steps.stream().map(SagaStep::name).distinct().count() < steps.size()) {
            throw new IllegalArgumentException(name + " has two steps of one name");
        }
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i - 1).isInsistedOn() && !steps.get(i).isInsistedOn()) {
                throw new IllegalArgumentException(
                        name + " cannot turn back past " + steps.get(i - 1).name());
            }
        }
    }

    public static <C> Table<C> named(String name, int version) {
        return new Table<>(name, version);
    }

    int last() {
        return steps.size() - 1;
    }

    /** Until when a step that is begun now may be tried. */
    long deadlineMs(int step, long nowMs) {
        return nowMs + steps.get(step).within().toMillis();
    }

    /** The table while it is being written. */
    public static final class Table<C> {
        private final String name;
        private final int version;
        private final List<SagaStep<C>> steps = new ArrayList<>();

        private Table(String name, int version) {
            this.name = name;
            this.version = version;
        }

        public Row<C> step(String stepName, StepCommand<C> action) {
            return undo -> (within, lateCode) -> {
                var retreat = new SagaStep.Retreat<>(undo, lateCode);
                steps.add(new SagaStep<>(stepName, action, within, retreat, null, 0));
                return this;
            };
        }

        /**
         * A step without a way back. A refusal of it ends the saga if it is the first, since then nothing was done;
         * else, and when it was tried for too long, it is for an operator to see to.
         */
        public Insisted<C> insist(String stepName, StepCommand<C> action) {
            return new Insisted<>(this, stepName, action, null);
        }

        public SagaDefinition<C> build() {
            return new SagaDefinition<>(name, version, steps);
        }
    }

    /** A step that still lacks its compensation. */
    @FunctionalInterface
    public interface Row<C> {
        Limit<C> undo(StepCommand<C> command);
    }

    /** A step that still lacks its time. */
    @FunctionalInterface
    public interface Limit<C> {
        Table<C> within(Duration time, String lateCode);
    }

    /**
     * A step without a way back that still lacks its limits.
     *
     * @param withdrawal see {@link #orWithdraw}
     */
    public record Insisted<C>(
            Table<C> table,
            String name,
            StepCommand<C> action,
            @Nullable StepCommand<C> withdrawal) {
        /**
         * At an operator's word. The command has the action decided for good, and is answered as the action is: done if
         * it has been, refused if it never will be.
         */
        public Insisted<C> orWithdraw(StepCommand<C> command) {
            return new Insisted<>(table, name, action, command);
        }

        /**
         * @param failures as often its receiver may say that it could not
         * @param patience so long it is tried without an answer
         */
        public Table<C> upTo(int failures, Duration patience) {
            table.steps.add(new SagaStep<>(name, action, patience, null, withdrawal, failures));
            return table;
        }
    }
}
