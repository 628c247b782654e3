package io.trolleybus.model;

import java.util.function.Function;

/**
 * What a service answers: the result, or a refusal. On the wire {@code {"result": …}} or {@code {"refusal": …}}.
 *
 * @param <T> the result's record
 */
public sealed interface Reply<T> {
    record Done<T>(T result) implements Reply<T> {
        @Override
        public <R> R fold(Function<? super T, ? extends R> done, Function<? super Refusal, ? extends R> refused) {
            return done.apply(result);
        }
    }

    record Refused<T>(Refusal refusal) implements Reply<T> {
        @Override
        public <R> R fold(Function<? super T, ? extends R> done, Function<? super Refusal, ? extends R> refused) {
            return refused.apply(refusal);
        }
    }

    static <T> Reply<T> done(T result) {
        return new Done<>(result);
    }

    static <T> Reply<T> refused(Refusal refusal) {
        return new Refused<>(refusal);
    }

    static <T> Reply<T> refused(String code, String detail) {
        return new Refused<>(Refusal.of(code, detail));
    }

    /** Continues with whichever of the two this is. */
    <R> R fold(Function<? super T, ? extends R> done, Function<? super Refusal, ? extends R> refused);

    default <R> Reply<R> map(Function<? super T, ? extends R> change) {
        return fold(result -> done(change.apply(result)), Reply::refused);
    }
}
