package io.trolleybus.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Where a member of a test may listen. */
public final class Ports {
    private Ports() {}

    /** A port of loopback that nobody listens on now. */
    public static int free() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }
}
