package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The refunds of one payment, in the order in which they were asked for. */
public record Refunds(List<Refund> all) {
    public static final Refunds NONE = new Refunds(List.of());

    public Refunds {
        all = List.copyOf(all);
    }

    public Optional<Refund> find(UUID id) {
        return all.stream().filter(refund -> refund.id().equals(id)).findFirst();
    }

    /** The first that is not decided. */
    Optional<Refund> pending() {
        return all.stream().filter(Refund::isPending).findFirst();
    }

    /** The sum of those that are not decided. */
    Money underWay(String currency) {
        return all.stream().filter(Refund::isPending).map(Refund::amount).reduce(Money.zero(currency), Money::plus);
    }

    /** With this refund in the place of the one of its id, or at the end. */
    Refunds with(Refund changed) {
        boolean isNew = find(changed.id()).isEmpty();
        Stream<Refund> before = all.stream().map(refund -> refund.id().equals(changed.id()) ? changed : refund);
        return new Refunds(Stream.concat(before, isNew ? Stream.of(changed) : Stream.empty())
                .toList());
    }
}
