package io.trolleybus.payment;

import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.SweepCursor;
import io.trolleybus.model.AuditMessages.SweepPage;
import io.trolleybus.model.AuditMessages.Swept;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.Charge;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.Principal;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A payment service that is swept, and its provider. */
final class Sweeps {
    static final Principal ORDER_SERVICE = Principal.service("order");
    static final Money PRICE = new Money(1999, "EUR");

    final TestPlatform platform = TestPlatform.start();
    final ScriptedProvider provider = ScriptedProvider.start(platform.vertx());
    final TestService payment = platform.deploy(new PaymentModule(), Map.of("provider.url", provider.url()));

    record Paid(UUID id, UUID orderId) {}

    Paid charge() {
        var paid = new Paid(UUID.randomUUID(), UUID.randomUUID());
        var charge = new Charge(paid.id, paid.orderId, PRICE, "tok_ok");
        platform.call(PaymentMessages.CHARGE, ORDER_SERVICE, charge, Charged.class);
        return paid;
    }

    Swept sweep(@Nullable SweepCursor cursor, UUID... also) {
        return platform.call(
                        AuditMessages.SWEEP_PAYMENTS,
                        ORDER_SERVICE,
                        new SweepPage(cursor, List.of(also), false),
                        Swept.class)
                .fold(swept -> swept, refusal -> {
                    throw new AssertionError(refusal.toString());
                });
    }

    /** Goes to the end of a lap. */
    List<Swept> lap(@Nullable SweepCursor from) {
        List<Swept> pages = new ArrayList<>(List.of(sweep(from)));
        while (last(pages).more()) {
            pages.add(sweep(last(pages).cursor()));
        }
        return pages;
    }

    private static Swept last(List<Swept> pages) {
        return pages.get(pages.size() - 1);
    }

    SweepCursor upToNow() {
        return last(lap(null)).cursor();
    }
}
