package io.trolleybus.testkit;

import io.trolleybus.chassis.DatabaseSettings;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP connection's way to a server, which a test can freeze and cut: a network at its worst. Thread-safe. */
public final class TestWire implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final Vertx vertx = Vertx.vertx();
    private final NetClient client = vertx.createNetClient();
    private final NetServer server = vertx.createNetServer();
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private final int targetPort;
    private volatile boolean frozen;

    private TestWire(int targetPort) {
        this.targetPort = targetPort;
    }

    /** Opens a way to a port of this machine. */
    public static TestWire to(int port) {
        var wire = new TestWire(port);
        Futures.await(wire.server.connectHandler(wire::connect).listen(0, HOST));
        return wire;
    }

    /** Where clients connect to. */
    public int port() {
        return server.actualPort();
    }

    /** The same database, reached through this wire. */
    public DatabaseSettings reroute(DatabaseSettings direct) {
        return new DatabaseSettings(
                HOST,
                port(),
                direct.database(),
                direct.user(),
                direct.password(),
                direct.owner(),
                direct.maxConnections());
    }

    private void connect(NetSocket near) {
        track(near);
        near.pause();
        client.connect(targetPort, HOST)
                .onSuccess(far -> {
                    track(far);
                    near.pipeTo(far);
                    far.pipeTo(near);
                    if (frozen) {
                        near.pause();
                        far.pause();
                    }
                })
                .onFailure(refused -> near.close());
    }

    private void track(NetSocket socket) {
        sockets.add(socket);
        socket.closeHandler(closed -> sockets.remove(socket));
    }

    /** From now on nothing passes, and nobody is told. */
    public void freeze() {
        frozen = true;
        sockets.forEach(NetSocket::pause);
    }

    /** Lets pass what was held back, and all that follows. */
    public void thaw() {
        frozen = false;
        sockets.forEach(NetSocket::resume);
    }

    /** Closes every connection; new ones may be made at once. */
    public void cut() {
        sockets.forEach(NetSocket::close);
    }

    @Override
    public void close() {
        Futures.await(vertx.close());
    }
}
