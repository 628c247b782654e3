package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Principal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealTest {
    private static final long NOW_MS = 1_000_000;
    private static final long EXPIRES_MS = NOW_MS + Seal.LIFETIME_MS;
    private static final UUID ID = new UUID(1, 2);
    private static final Principal ANN = new Principal("user:ann", List.of("customer"));

    private final Seal seal = new Seal("secret");
    private final String good = seal.seal("gateway", ANN, "order.place", ID, EXPIRES_MS);

    private boolean verifies(String sender, Principal principal, String address, UUID id, long expiresMs) {
        return seal.verify(good, sender, principal, address, id, expiresMs, NOW_MS);
    }

    @Test
    void theSendersOwnSealIsAccepted() {
        assertThat(verifies("gateway", ANN, "order.place", ID, EXPIRES_MS)).isTrue();
    }

    @Test
    void aSealIsGoodAgainAfterOthersWereChecked() {
        seal.verify("AAAA", "gateway", ANN, "order.place", ID, EXPIRES_MS, NOW_MS);

        assertThat(verifies("gateway", ANN, "order.place", ID, EXPIRES_MS)).isTrue();
        assertThat(new Seal("secret").verify(good, "gateway", ANN, "order.place", ID, EXPIRES_MS, NOW_MS))
                .isTrue();
    }

    @Test
    void whateverIsChangedIsNoticed() {
        var operator = new Principal("user:ann", List.of("customer", "operator"));
        var bob = new Principal("user:bob", List.of("customer"));

        assertThat(verifies("order", ANN, "order.place", ID, EXPIRES_MS))
                .as("sender")
                .isFalse();
        assertThat(verifies("gateway", bob, "order.place", ID, EXPIRES_MS))
                .as("principal")
                .isFalse();
        assertThat(verifies("gateway", operator, "order.place", ID, EXPIRES_MS))
                .as("roles")
                .isFalse();
        assertThat(verifies("gateway", ANN, "order.cancel", ID, EXPIRES_MS))
                .as("address")
                .isFalse();
        assertThat(verifies("gateway", ANN, "order.place", new UUID(1, 3), EXPIRES_MS))
                .as("id")
                .isFalse();
        assertThat(verifies("gateway", ANN, "order.place", ID, EXPIRES_MS + 1))
                .as("expiry")
                .isFalse();
    }

    @Test
    void aFloodOfForgedSendersLeavesTheSendersOwnSealGood() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(verifies("forged " + i, ANN, "order.place", ID, EXPIRES_MS))
                    .isFalse();
        }

        assertThat(verifies("gateway", ANN, "order.place", ID, EXPIRES_MS)).isTrue();
    }

    @Test
    void anotherSecretsSealIsRefused() {
        assertThat(new Seal("other").verify(good, "gateway", ANN, "order.place", ID, EXPIRES_MS, NOW_MS))
                .isFalse();
    }

    @Test
    void anExpiredSealIsRefused() {
        assertThat(seal.verify(good, "gateway", ANN, "order.place", ID, EXPIRES_MS, EXPIRES_MS))
                .isTrue();
        assertThat(seal.verify(good, "gateway", ANN, "order.place", ID, EXPIRES_MS, EXPIRES_MS + 1))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64 !", "ÄÖÜ", "===="})
    void whatIsNoSealIsRefused(String text) {
        assertThat(seal.verify(text, "gateway", ANN, "order.place", ID, EXPIRES_MS, NOW_MS))
                .isFalse();
    }
}
