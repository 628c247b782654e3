package io.trolleybus.payment.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.WithdrawRefund;
import io.trolleybus.model.Refusals;
import io.trolleybus.payment.domain.PaymentEvent.RefundRequested;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Charges, refunds and voids in any order, before a provider that fails in any way. */
class PaymentPropertyTest {
    private static final UUID ID = new UUID(0, 1);
    private static final UUID ORDER = new UUID(0, 2);
    private static final Money PRICE = eur(1000);
    private static final int REFUND_IDS = 4;

    private enum Act {
        CHARGE,
        REFUND,
        WITHDRAW,
        VOID
    }

    private enum Mood {
        WELL,
        /** Does nothing, and does not answer. */
        DOWN,
        /** Does it, and does not answer. */
        LOSES_ITS_ANSWER,
        /** Refuses for good. */
        DECLINES
    }

    /** @param refund number of the refund that a REFUND or a WITHDRAW is about */
    private record Step(Act act, Mood mood, int refund, long amount) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(2, Act.CHARGE),
                                Tuple.of(6, Act.REFUND),
                                Tuple.of(2, Act.WITHDRAW),
                                Tuple.of(1, Act.VOID)),
                        Arbitraries.of(Mood.class),
                        Arbitraries.integers().between(0, REFUND_IDS - 1),
                        Arbitraries.longs().between(1, PRICE.amount() + 1))
                .as(Step::new)
                .list()
                .ofMaxSize(30);
    }

    @Property
    void neverIsMoreGivenBackThanCapturedAndTheEventsTellAll(@ForAll("steps") List<Step> steps) {
        var world = new World();

        for (Step step : steps) {
            world.take(step);
            world.assertNothingIsLost();
        }
    }

    @Property
    void aVoidThatIsAnsweredLeavesNothing(@ForAll("steps") List<Step> steps) {
        var world = new World();
        steps.forEach(world::take);

        world.take(new Step(Act.VOID, Mood.WELL, 0, 0));

        world.assertNothingIsLost();
        assertThat(world.payment.state().undo()).isEqualTo(new Undo.Nothing());
        assertThat(world.bank.refunded).isEqualTo(world.bank.captured);
        assertThat(world.payment.refunded().amount()).isEqualTo(world.bank.captured);
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    /** The provider by its contract: one outcome for each id, and no refund beyond what was captured. */
    private static final class Bank {
        private static final RefundVerdict WITHDRAWN = new RefundVerdict.Declined(Refusals.WITHDRAWN);

        private final Map<UUID, Money> made = new HashMap<>();
        private Optional<Verdict> charge = Optional.empty();
        private final Set<UUID> withdrawn = new HashSet<>();
        private long captured;
        private long refunded;

        Optional<RefundVerdict> withdraw(Refund refund, Mood mood) {
            if (mood == Mood.DOWN) {
                return Optional.empty();
            }
            if (!made.containsKey(refund.id())) {
                withdrawn.add(refund.id());
            }
            return mood == Mood.LOSES_ITS_ANSWER
                    ? Optional.empty()
                    : Optional.of(
                            withdrawn.contains(refund.id()) ? WITHDRAWN : new RefundVerdict.Made(refund.amount()));
        }

        Optional<Verdict> decideCharge(Verdict wanted, Mood mood) {
            if (mood == Mood.DOWN) {
                return Optional.empty();
            }
            if (charge.isEmpty()) {
                charge = Optional.of(wanted);
                captured = wanted instanceof Verdict.Captured capture
                        ? capture.amount().amount()
                        : 0;
            }
            return mood == Mood.LOSES_ITS_ANSWER ? Optional.empty() : charge;
        }

        Optional<RefundVerdict> refund(Refund refund, Mood mood) {
            boolean known = made.containsKey(refund.id());
            if (mood == Mood.DOWN) {
                return Optional.empty();
            }
            if (withdrawn.contains(refund.id())) {
                return Optional.of(WITHDRAWN);
            }
            if (!known && (mood == Mood.DECLINES || refunded + refund.amount().amount() > captured)) {
                return Optional.of(new RefundVerdict.Declined("no"));
            }
            if (!known) {
                made.put(refund.id(), refund.amount());
                refunded += refund.amount().amount();
            }
            return mood == Mood.LOSES_ITS_ANSWER
                    ? Optional.empty()
                    : Optional.of(new RefundVerdict.Made(refund.amount()));
        }
    }

    /** One payment, its journal, and the provider; what the service does between them, without its threads. */
    private static final class World {
        private final Bank bank = new Bank();
        private final List<PaymentEvent> journal = new ArrayList<>();
        private Payment payment = Payment.intent(ID, ORDER, PRICE);

        void take(Step step) {
            switch (step.act) {
                case CHARGE -> charge(step.mood);
                case REFUND -> refund(step);
                case WITHDRAW -> withdraw(step);
                default -> undo(step.mood);
            }
        }

        private void record(PaymentEvent event) {
            payment = payment.apply(event);
            journal.add(event);
        }

        private void charge(Mood mood) {
            Verdict wanted = mood == Mood.DECLINES ? new Verdict.Declined("no") : new Verdict.Captured(PRICE);
            if (payment.answerToCharge().isEmpty()) {
                bank.decideCharge(wanted, mood).ifPresent(verdict -> record(verdict.settles(payment)));
            }
        }

        private void refund(Step step) {
            var asked = new RefundPayment(new UUID(1, step.refund), ID, ORDER, eur(step.amount), "test");
            payment.decide(asked)
                    .fold(new RefundDecision.Cases<Boolean>(
                            reply -> true, event -> begin(event, step.mood), refund -> settle(refund, step.mood)));
        }

        /** However it ends, no copy that comes later is made. */
        private void withdraw(Step step) {
            var asked = new WithdrawRefund(new UUID(1, step.refund), ID, ORDER, eur(step.amount));
            Optional<Refund> known = payment.refunds().find(asked.refundId());
            if (known.isEmpty()) {
                payment.tombstone(asked).ifPresent(this::record);
                return;
            }
            Refund refund = known.get();
            if (refund.isPending()) {
                bank.withdraw(refund, step.mood).ifPresent(verdict -> {
                    record(verdict.settles(payment, refund));
                    assertThat(bank.refund(refund, Mood.WELL)).contains(verdict);
                });
            }
        }

        private boolean begin(RefundRequested event, Mood mood) {
            record(event);
            return settle(payment.refunds().find(event.refundId()).orElseThrow(), mood);
        }

        /** @return whether the provider answered */
        private boolean settle(Refund refund, Mood mood) {
            Optional<RefundVerdict> verdict = bank.refund(refund, mood);
            verdict.ifPresent(known -> record(known.settles(payment, refund)));
            return verdict.isPresent();
        }

        private void undo(Mood mood) {
            boolean goesOn = true;
            while (goesOn) {
                goesOn = payment.state()
                        .undo()
                        .fold(new Undo.Cases<>(
                                () -> false,
                                () -> voidCharge(mood),
                                refund -> settle(refund, mood),
                                rest -> refundRest(rest, mood)));
            }
        }

        private boolean voidCharge(Mood mood) {
            Optional<Verdict> verdict = bank.decideCharge(new Verdict.Voided(), mood);
            verdict.ifPresent(known -> record(known.settles(payment)));
            return verdict.isPresent();
        }

        private boolean refundRest(Money rest, Mood mood) {
            return begin(
                            new RefundRequested(
                                    ID, ORDER, new UUID(2, payment.refunded().amount()), rest, "void: test"),
                            mood)
                    && mood != Mood.DECLINES;
        }

        void assertNothingIsLost() {
            long captured = payment.captured().amount();
            long refunded = payment.refunded().amount();
            long underWay = payment.refunds().underWay("EUR").amount();
            assertThat(captured).isIn(0L, PRICE.amount());
            assertThat(refunded).isBetween(0L, captured);
            assertThat(payment.state().refundable("EUR").amount()).isEqualTo(captured - refunded - underWay);
            assertThat(bank.refunded).isBetween(refunded, Math.min(bank.captured, refunded + underWay));
            assertThat(replayed()).isEqualTo(payment);
        }

        private Payment replayed() {
            Payment again = Payment.intent(ID, ORDER, PRICE);
            for (PaymentEvent event : journal) {
                again = again.apply(event);
            }
            return again;
        }
    }
}
