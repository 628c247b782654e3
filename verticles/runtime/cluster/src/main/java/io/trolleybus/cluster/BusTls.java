package io.trolleybus.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * By what processes know each other on the event bus, as PEM. Whoever connects and whoever is connected to must show a
 * certificate that the CA has signed.
 *
 * <p>It may name any host: Vert.x leaves that unchecked on the bus, and offers no place where to check it. A CA that
 * signs anything but members of this cluster lets that in as well.
 *
 * @param certificates this process's own, then those between it and the CA
 * @param key its private key, PKCS#8
 * @param ca signs all members
 */
public record BusTls(String certificates, String key, String ca) {
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

    /** A peer may be silent for so long once it is connected, too: a ping and its answer, two seconds each. */
    private static final int HANDSHAKE_MS = 4_000;

    void secure(EventBusOptions bus) {
        bus.setSsl(true)
                .setTrustAll(false)
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(certificates))
                        .addKeyValue(Buffer.buffer(key)))
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(ca)));
        bus.setEnabledSecureTransportProtocols(PROTOCOLS);
        bus.setSslHandshakeTimeout(HANDSHAKE_MS).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    }

    /** Without the key, so that it can be logged. */
    @Override
    public String toString() {
        return "BusTls";
    }
}
