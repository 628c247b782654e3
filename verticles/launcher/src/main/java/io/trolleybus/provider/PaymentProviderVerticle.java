package io.trolleybus.provider;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bank's HTTP server. Deploy one instance: its accounts live on one event loop.
 *
 * <p>Starting fails when the ledger is corrupt, naming the line, and when the port is taken. Stopping closes the server
 * first and the ledger after what was accepted is on disk.
 */
public final class PaymentProviderVerticle extends VerticleBase {
    /** Longer than the silence of {@code tok_lost_reply}, which must not be cut short by it. */
    private static final int IDLE_TIMEOUT_SECONDS = 60;

    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final int MAX_REQUEST_LINE_BYTES = 1024;

    private final String host;
    private final int port;
    private final Path ledgerDirectory;
    private final Delays delays;
    private @Nullable HttpServer server;
    private @Nullable Ledger ledger;

    /**
     * @param port 0 picks a free one, see {@link #actualPort()}
     * @param ledgerDirectory created if missing; must belong to this provider alone
     */
    public PaymentProviderVerticle(String host, int port, Path ledgerDirectory) {
        this(host, port, ledgerDirectory, Delays.PUBLISHED);
    }

    PaymentProviderVerticle(String host, int port, Path ledgerDirectory, Delays delays) {
        this.host = host;
        this.port = port;
        this.ledgerDirectory = ledgerDirectory;
        this.delays = delays;
    }

    /** The port that is listened on, once started. */
    public int actualPort() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server.actualPort();
    }

    @Override
    public Future<?> start() {
        Accounts accounts = new Accounts();
        return Ledger.open(vertx, ledgerDirectory, accounts::apply).compose(opened -> {
            ledger = opened;
            return listen(new ProviderRoutes(vertx, new Bank(vertx, accounts, opened, delays), accounts, delays));
        });
    }

    @Override
    public Future<?> stop() {
        Future<?> closedServer = server == null ? Future.succeededFuture() : server.close();
        return closedServer.eventually(this::closeLedger);
    }

    private Future<?> listen(ProviderRoutes routes) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setIdleTimeout(IDLE_TIMEOUT_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                // No WebSocket is served, so no request needs to pass its handlers.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setHttp2ClearTextEnabled(false);
        return vertx.createHttpServer(options)
                .connectionHandler(routes::connected)
                .requestHandler(routes)
                .listen()
                .onSuccess(listening -> server = listening)
                .onFailure(failure -> closeLedger());
    }

    private Future<?> closeLedger() {
        return ledger == null ? Future.succeededFuture() : ledger.close();
    }
}
