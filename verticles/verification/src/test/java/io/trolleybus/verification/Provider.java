package io.trolleybus.verification;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** The payment provider's own books, asked of the provider and not of the platform. */
final class Provider {

    private final Api api;

    Provider(URI base) {
        this.api = Api.at(base);
    }

    List<LedgerEntry> ledger() {
        JsonNode reply = api.get("/ledger").expect(200).json();
        return Json.items(LedgerEntry.class, reply.path("items")).toList();
    }

    List<LedgerEntry> ledgerOf(Set<String> orderIds) {
        return ledger().stream()
                .filter(entry -> orderIds.contains(entry.orderId()))
                .toList();
    }

    /** What was ever taken for the order, whether or not it was given back. */
    List<Money> capturesOf(String orderId) {
        return ledgerOf(Set.of(orderId)).stream()
                .map(LedgerEntry::captured)
                .filter(captured -> captured.amount() > 0)
                .toList();
    }
}
