package io.trolleybus.provider;

import io.trolleybus.provider.LedgerEntry.ChargeCaptured;
import io.trolleybus.provider.LedgerEntry.ChargeDeclined;
import io.trolleybus.provider.LedgerEntry.ChargeRefunded;
import io.trolleybus.provider.LedgerEntry.ChargeVoided;
import io.trolleybus.provider.LedgerEntry.RefundVoided;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the bank knows, in memory: a fold of its ledger, and the rules that decide the next entry.
 *
 * <p>Deciding changes nothing; {@link #apply} does. Confined to one event loop.
 */
final class Accounts {
    private final Map<String, Charge> charges = new HashMap<>();
    private final Map<String, ChargeRefunded> refunds = new HashMap<>();
    /** Tombstones: a late refund of that id is refused. */
    private final Map<String, RefundVoided> voidedRefunds = new HashMap<>();

    private final List<String> capturedIds = new ArrayList<>();

    Optional<Charge> find(String paymentId) {
        return Optional.ofNullable(charges.get(paymentId));
    }

    /** What was made of a refund of that payment. */
    Optional<JsonObject> findRefund(String paymentId, String refundId) {
        return Optional.ofNullable(refunds.get(refundId))
                .filter(refund -> refund.paymentId().equals(paymentId))
                .map(Accounts::refundAnswer)
                .or(() -> Optional.ofNullable(voidedRefunds.get(refundId))
                        .filter(refund -> refund.paymentId().equals(paymentId))
                        .map(Accounts::voidAnswer));
    }

    Decision charge(ChargeRequest request) {
        Charge decided = charges.get(request.paymentId());
        if (decided != null) {
            return decided.repeat(request);
        }
        String declineCode = Token.of(request.token()).declineCode();
        if (declineCode != null) {
            JsonObject body = new Charge.Declined(request, declineCode).toJson();
            return new Decision(402, body, new ChargeDeclined(request, declineCode));
        }
        return new Decision(201, Charge.Captured.answer(request), new ChargeCaptured(request));
    }

    Decision refund(String paymentId, String refundId, Money amount) {
        ChargeRefunded wanted = new ChargeRefunded(paymentId, refundId, amount);
        ChargeRefunded made = refunds.get(refundId);
        if (made != null) {
            return made.equals(wanted) ? Decision.answer(201, refundAnswer(made)) : Decision.keyReused();
        }
        RefundVoided voided = voidedRefunds.get(refundId);
        if (voided != null) {
            return voided.paymentId().equals(paymentId)
                    ? Decision.answer(409, voidAnswer(voided))
                    : Decision.keyReused();
        }
        Charge charge = charges.get(paymentId);
        if (charge == null) {
            return Decision.error(404, "no such charge");
        }
        if (charge instanceof Charge.Captured captured && captured.canRefund(amount)) {
            return new Decision(201, refundAnswer(wanted), wanted);
        }
        return Decision.answer(409, charge.toJson().put("error", "more than is left to refund"));
    }

    Decision voidCharge(String paymentId) {
        Charge decided = charges.get(paymentId);
        if (decided != null) {
            return decided.voidIt();
        }
        return new Decision(200, new Charge.Voided(paymentId).toJson(), new ChargeVoided(paymentId));
    }

    Decision voidRefund(String paymentId, String refundId) {
        RefundVoided wanted = new RefundVoided(paymentId, refundId);
        RefundVoided voided = voidedRefunds.get(refundId);
        ChargeRefunded made = refunds.get(refundId);
        if (made != null) {
            return made.paymentId().equals(paymentId) ? Decision.answer(409, refundAnswer(made)) : Decision.keyReused();
        }
        if (voided == null) {
            return new Decision(200, voidAnswer(wanted), wanted);
        }
        return voided.equals(wanted) ? Decision.answer(200, voidAnswer(voided)) : Decision.keyReused();
    }

    void apply(LedgerEntry entry) {
        entry.applyTo(this);
    }

    int capturedCount() {
        return capturedIds.size();
    }

    /** The charge that was captured as number {@code index}, counted from 0. */
    Charge.Captured capturedAt(int index) {
        return capturedCharge(capturedIds.get(index));
    }

    void captured(ChargeRequest request) {
        undecided(request.paymentId());
        charges.put(request.paymentId(), new Charge.Captured(request, 0));
        capturedIds.add(request.paymentId());
    }

    void declined(ChargeRequest request, String code) {
        undecided(request.paymentId());
        charges.put(request.paymentId(), new Charge.Declined(request, code.intern()));
    }

    void voided(String paymentId) {
        undecided(paymentId);
        charges.put(paymentId, new Charge.Voided(paymentId));
    }

    void refunded(ChargeRefunded refund) {
        Charge.Captured charge = capturedCharge(refund.paymentId());
        undecidedRefund(refund.refundId());
        if (!charge.canRefund(refund.amount())) {
            throw new IllegalStateException("refund " + refund.refundId() + " is more than is left");
        }
        refunds.put(refund.refundId(), refund);
        charges.put(refund.paymentId(), charge.plusRefund(refund.amount().amount()));
    }

    void refundVoided(RefundVoided refund) {
        undecidedRefund(refund.refundId());
        voidedRefunds.put(refund.refundId(), refund);
    }

    private void undecidedRefund(String refundId) {
        if (refunds.containsKey(refundId) || voidedRefunds.containsKey(refundId)) {
            throw new IllegalStateException("refund " + refundId + " was decided before");
        }
    }

    private void undecided(String paymentId) {
        if (charges.containsKey(paymentId)) {
            throw new IllegalStateException("payment " + paymentId + " was decided before");
        }
    }

    private Charge.Captured capturedCharge(String paymentId) {
        @Nullable Charge charge = charges.get(paymentId);
        if (charge instanceof Charge.Captured captured) {
            return captured;
        }
        throw new IllegalStateException("payment " + paymentId + " was not captured");
    }

    private static JsonObject refundAnswer(ChargeRefunded refund) {
        return new JsonObject()
                .put("refundId", refund.refundId())
                .put("paymentId", refund.paymentId())
                .put("status", "refunded")
                .put("amount", refund.amount().toJson());
    }

    private static JsonObject voidAnswer(RefundVoided refund) {
        return new JsonObject()
                .put("refundId", refund.refundId())
                .put("paymentId", refund.paymentId())
                .put("status", "voided");
    }
}
