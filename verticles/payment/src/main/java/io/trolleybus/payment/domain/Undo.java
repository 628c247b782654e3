package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import java.util.function.Function;
import java.util.function.Supplier;

/** The next thing to do until a payment is undone. */
public sealed interface Undo {
    /** Continues with whichever of the three this is. */
    <R> R fold(Supplier<R> nothing, Supplier<R> voidCharge, Function<Money, R> refund);

    /** Nothing is or will be captured, beyond what was given back. */
    record Nothing() implements Undo {
        @Override
        public <R> R fold(Supplier<R> nothing, Supplier<R> voidCharge, Function<Money, R> refund) {
            return nothing.get();
        }
    }

    /** The provider must promise not to capture it, or say that it has. */
    record VoidCharge() implements Undo {
        @Override
        public <R> R fold(Supplier<R> nothing, Supplier<R> voidCharge, Function<Money, R> refund) {
            return voidCharge.get();
        }
    }

    /** So much must be given back. */
    record Refund(Money amount) implements Undo {
        @Override
        public <R> R fold(Supplier<R> nothing, Supplier<R> voidCharge, Function<Money, R> refund) {
            return refund.apply(amount);
        }
    }
}
