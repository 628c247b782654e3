package io.trolleybus.provider;

import io.vertx.core.json.JsonObject;

/** The definitive state of one payment at the bank. What was never decided has no state. */
sealed interface Charge {
    /** The answer to {@code GET /charges/{paymentId}}. */
    JsonObject toJson();

    /** The answer to a charge under this payment's key, now that it has been decided. */
    Decision repeat(ChargeRequest again);

    /** The answer to a void of this payment. */
    Decision voidIt();

    record Captured(ChargeRequest request, long refundedUnits) implements Charge {
        Money captured() {
            return request.amount();
        }

        Token token() {
            return Token.of(request.token());
        }

        Money refunded() {
            return captured().withAmount(refundedUnits);
        }

        Captured plusRefund(long units) {
            return new Captured(request, refundedUnits + units);
        }

        boolean canRefund(Money amount) {
            return amount.currency().equals(captured().currency())
                    && amount.amount() <= captured().amount() - refundedUnits;
        }

        /** This payment's line in {@code GET /ledger}. */
        JsonObject toLedgerItem() {
            return new JsonObject()
                    .put("paymentId", request.paymentId())
                    .put("orderId", request.orderId())
                    .put("captured", captured().toJson())
                    .put("refunded", refunded().toJson());
        }

        /** The first answer, word for word, so without what was refunded since. */
        static JsonObject answer(ChargeRequest request) {
            return new JsonObject()
                    .put("paymentId", request.paymentId())
                    .put("status", "captured")
                    .put("captured", request.amount().toJson())
                    .put("refunded", request.amount().withAmount(0).toJson());
        }

        @Override
        public JsonObject toJson() {
            return toLedgerItem().put("status", "captured");
        }

        @Override
        public Decision repeat(ChargeRequest again) {
            return again.equals(request) ? Decision.answer(201, answer(request)) : Decision.keyReused();
        }

        @Override
        public Decision voidIt() {
            return Decision.answer(409, toJson());
        }
    }

    record Declined(ChargeRequest request, String code) implements Charge {
        @Override
        public JsonObject toJson() {
            return new JsonObject()
                    .put("paymentId", request.paymentId())
                    .put("status", "declined")
                    .put("code", code);
        }

        @Override
        public Decision repeat(ChargeRequest again) {
            return again.equals(request) ? Decision.answer(402, toJson()) : Decision.keyReused();
        }

        @Override
        public Decision voidIt() {
            return Decision.answer(200, toJson());
        }
    }

    /** A tombstone: the payment was voided before it was seen, so a late charge is refused. */
    record Voided(String paymentId) implements Charge {
        @Override
        public JsonObject toJson() {
            return new JsonObject().put("paymentId", paymentId).put("status", "voided");
        }

        @Override
        public Decision repeat(ChargeRequest again) {
            return Decision.answer(409, toJson());
        }

        @Override
        public Decision voidIt() {
            return Decision.answer(200, toJson());
        }
    }
}
