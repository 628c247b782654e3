package io.trolleybus.verification;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The ports of one platform process. */
record Ports(int http, int management, int provider, int postgres) {

    /**
     * Below the range from which the system takes ports for outgoing connections: while a platform is down its port
     * must not fall to a client that happens to connect somewhere.
     */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;
    private static final int COUNT = HIGHEST - LOWEST;
    private static final int ATTEMPTS = 200;

    /**
     * Counts up, so that no port is given out, or even tried, twice: between two platforms that start at the same time
     * it would pass for taken. Where it begins is left to chance, for whoever runs these tests twice at once.
     */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    static Ports free() {
        return new Ports(oneFree(), oneFree(), oneFree(), oneFree());
    }

    Ports withPostgres(int other) {
        return new Ports(http, management, provider, other);
    }

    URI gateway() {
        return URI.create("http://127.0.0.1:" + http);
    }

    static boolean isTaken(int port) {
        try (ServerSocket socket = take(port)) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Occupies the port until the socket is closed. */
    static ServerSocket take(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        try {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private static int oneFree() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = LOWEST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (!isTaken(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + LOWEST + " and " + HIGHEST);
    }
}
