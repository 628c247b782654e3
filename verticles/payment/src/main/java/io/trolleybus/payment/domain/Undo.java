package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import java.util.function.Function;
import java.util.function.Supplier;

/** The next thing to do until a payment is undone. */
public sealed interface Undo {
    /** What to do with each of the four. */
    record Cases<R>(
            Supplier<R> nothing,
            Supplier<R> voidCharge,
            Function<Refund, R> settleRefund,
            Function<Money, R> refundRest) {}

    /** Continues with whichever of the four this is. */
    <R> R fold(Cases<R> cases);

    /** Nothing is or will be captured, beyond what was given back. */
    record Nothing() implements Undo {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.nothing.get();
        }
    }

    /** The provider must promise not to capture it, or say that it has. */
    record VoidCharge() implements Undo {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.voidCharge.get();
        }
    }

    /** A refund is under way; the provider must say what became of it. */
    record SettleRefund(Refund refund) implements Undo {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.settleRefund.apply(refund);
        }
    }

    /** So much must be given back. */
    record RefundRest(Money amount) implements Undo {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.refundRest.apply(amount);
        }
    }
}
