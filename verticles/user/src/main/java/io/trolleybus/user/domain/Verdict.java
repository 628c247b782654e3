package io.trolleybus.user.domain;

import io.trolleybus.model.Refusal;
import java.util.function.Function;

/** What the rules say to a change of an account. */
public sealed interface Verdict {
    /** It may not be. */
    record Refused(Refusal refusal) implements Verdict {
        @Override
        public <R> R fold(
                Function<Refusal, ? extends R> refused, R unchanged, Function<UserEvent, ? extends R> happened) {
            return refused.apply(refusal);
        }
    }

    /** It is so already. */
    record Unchanged() implements Verdict {
        @Override
        public <R> R fold(
                Function<Refusal, ? extends R> refused, R unchanged, Function<UserEvent, ? extends R> happened) {
            return unchanged;
        }
    }

    /** It may be, and this is what it is called. */
    record Happened(UserEvent event) implements Verdict {
        @Override
        public <R> R fold(
                Function<Refusal, ? extends R> refused, R unchanged, Function<UserEvent, ? extends R> happened) {
            return happened.apply(event);
        }
    }

    static Verdict refused(String code, String detail) {
        return new Refused(Refusal.of(code, detail));
    }

    /** Continues with whichever of the three this is. */
    <R> R fold(Function<Refusal, ? extends R> refused, R unchanged, Function<UserEvent, ? extends R> happened);
}
