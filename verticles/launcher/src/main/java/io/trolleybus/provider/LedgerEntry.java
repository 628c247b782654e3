package io.trolleybus.provider;

import io.vertx.core.json.JsonObject;

/** A fact in the bank's ledger. The stored names are part of the file's format and never change. */
sealed interface LedgerEntry {
    JsonObject toJson();

    void applyTo(Accounts accounts);

    static LedgerEntry fromJson(JsonObject json) {
        String type = json.getString("type");
        return switch (type) {
            case ChargeCaptured.TYPE -> new ChargeCaptured(ChargeRequest.fromJson(json));
            case ChargeDeclined.TYPE -> new ChargeDeclined(ChargeRequest.fromJson(json), json.getString("code"));
            case ChargeVoided.TYPE -> new ChargeVoided(json.getString("paymentId"));
            case ChargeRefunded.TYPE ->
                new ChargeRefunded(
                        json.getString("paymentId"),
                        json.getString("refundId"),
                        Money.positive(json.getValue("amount")));
            case RefundVoided.TYPE -> new RefundVoided(json.getString("paymentId"), json.getString("refundId"));
            default -> throw new IllegalArgumentException("unknown entry type " + type);
        };
    }

    record ChargeCaptured(ChargeRequest request) implements LedgerEntry {
        static final String TYPE = "captured";

        @Override
        public JsonObject toJson() {
            return request.toJson().put("type", TYPE);
        }

        @Override
        public void applyTo(Accounts accounts) {
            accounts.captured(request);
        }
    }

    record ChargeDeclined(ChargeRequest request, String code) implements LedgerEntry {
        static final String TYPE = "declined";

        @Override
        public JsonObject toJson() {
            return request.toJson().put("type", TYPE).put("code", code);
        }

        @Override
        public void applyTo(Accounts accounts) {
            accounts.declined(request, code);
        }
    }

    record ChargeVoided(String paymentId) implements LedgerEntry {
        static final String TYPE = "voided";

        @Override
        public JsonObject toJson() {
            return new JsonObject().put("type", TYPE).put("paymentId", paymentId);
        }

        @Override
        public void applyTo(Accounts accounts) {
            accounts.voided(paymentId);
        }
    }

    record ChargeRefunded(String paymentId, String refundId, Money amount) implements LedgerEntry {
        static final String TYPE = "refunded";

        @Override
        public JsonObject toJson() {
            return new JsonObject()
                    .put("type", TYPE)
                    .put("paymentId", paymentId)
                    .put("refundId", refundId)
                    .put("amount", amount.toJson());
        }

        @Override
        public void applyTo(Accounts accounts) {
            accounts.refunded(this);
        }
    }

    record RefundVoided(String paymentId, String refundId) implements LedgerEntry {
        static final String TYPE = "refund-voided";

        @Override
        public JsonObject toJson() {
            return new JsonObject()
                    .put("type", TYPE)
                    .put("paymentId", paymentId)
                    .put("refundId", refundId);
        }

        @Override
        public void applyTo(Accounts accounts) {
            accounts.refundVoided(this);
        }
    }
}
