package io.trolleybus.saga;

import io.trolleybus.model.Refusal;
import java.util.function.Function;
import java.util.function.Supplier;

/** How a command was answered. */
public sealed interface Signal {
    <R> R fold(Supplier<R> done, Function<Refusal, R> refused, Supplier<R> unanswered);

    /** It was done. */
    record Done() implements Signal {
        @Override
        public <R> R fold(Supplier<R> done, Function<Refusal, R> refused, Supplier<R> unanswered) {
            return done.get();
        }
    }

    /** It was not done and will not be. */
    record Refused(Refusal refusal) implements Signal {
        @Override
        public <R> R fold(Supplier<R> done, Function<Refusal, R> refused, Supplier<R> unanswered) {
            return refused.apply(refusal);
        }
    }

    /**
     * Its receiver tried and could not, this time.
     *
     * @param why for a person
     */
    record Failed(String why) implements Signal {
        /** Whether it was done after all nobody knows. */
        @Override
        public <R> R fold(Supplier<R> done, Function<Refusal, R> refused, Supplier<R> unanswered) {
            return unanswered.get();
        }
    }

    /** Nobody knows. */
    record Unanswered() implements Signal {
        @Override
        public <R> R fold(Supplier<R> done, Function<Refusal, R> refused, Supplier<R> unanswered) {
            return unanswered.get();
        }
    }
}
