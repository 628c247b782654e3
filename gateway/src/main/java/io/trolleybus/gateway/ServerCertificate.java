package io.trolleybus.gateway;

import io.trolleybus.chassis.PemIdentity;
import io.trolleybus.gateway.GatewaySettings.Tls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The certificate that clients are shown. Its files are looked at again and again: a renewed one is shown to whoever
 * connects from then on, and one that is no good leaves the last in its place. For one event loop.
 */
final class ServerCertificate {
    static final long LOOK_PERIOD_MS = 10_000;

    private static final int HANDSHAKE_LIMIT_S = 3;
    private static final Logger LOG = LogManager.getLogger(ServerCertificate.class);
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

    private final Tls tls;
    private PemIdentity shown;
    private String complaint = "";

    /**
     * Blocks.
     *
     * @throws IllegalArgumentException naming the key whose file is no good
     */
    ServerCertificate(Tls tls) {
        this.tls = tls;
        this.shown = tls.read();
    }

    /** Has the server speak TLS, and HTTP/2 with those who can (by ALPN, RFC 7301). */
    HttpServerOptions secure(HttpServerOptions options) {
        options.setSsl(true).setUseAlpn(true).setKeyCertOptions(pem(shown));
        options.setEnabledSecureTransportProtocols(PROTOCOLS);
        // Connections count only when they are through.
        options.setSslHandshakeTimeout(HANDSHAKE_LIMIT_S).setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        return options;
    }

    private static PemKeyCertOptions pem(PemIdentity identity) {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(identity.certificates()))
                .addKeyValue(Buffer.buffer(identity.key()));
    }

    private static ServerSSLOptions renewed(PemIdentity identity) {
        var options = new ServerSSLOptions().setKeyCertOptions(pem(identity));
        options.setUseAlpn(true).setEnabledSecureTransportProtocols(PROTOCOLS);
        return options;
    }

    /** Shows what the files hold by now. Completes in any case; what is wrong is logged once. */
    Future<Void> look(Vertx vertx, HttpServer server) {
        return vertx.executeBlocking(tls::read)
                .compose(found -> found.equals(shown)
                        ? Future.<Void>succeededFuture()
                        : server.updateSSLOptions(renewed(found)).map(updated -> {
                            shown = found;
                            complaint = "";
                            LOG.info(
                                    "clients are shown the certificate that expires on {}",
                                    found.chain().get(0).getNotAfter().toInstant());
                            return null;
                        }))
                .otherwise(wrong -> {
                    String message = String.valueOf(wrong.getMessage());
                    if (!message.equals(complaint)) {
                        complaint = message;
                        LOG.warn("clients are shown the last certificate still: {}", message);
                    }
                    return null;
                });
    }
}
