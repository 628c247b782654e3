package io.trolleybus.launcher;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Who listens on a local port, as far as can be told by knocking. */
final class PortOccupant {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int KNOCK_TIMEOUT_MS = 1_000;
    private static final int SSL_REQUEST_BYTES = 8;
    private static final int SSL_REQUEST_CODE = 80877103;

    private PortOccupant() {}

    static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** A port that nobody listens on now; another program may still be faster. */
    static int anyFreePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
            return probe.getLocalPort();
        } catch (IOException failure) {
            throw new StartupFailure("no free port is left on this machine", failure);
        }
    }

    /**
     * A few words, such as "another PostgreSQL server". No secret is sent: PostgreSQL answers before it asks for one.
     */
    static String describe(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), KNOCK_TIMEOUT_MS);
            socket.setSoTimeout(KNOCK_TIMEOUT_MS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(SSL_REQUEST_BYTES);
            out.writeInt(SSL_REQUEST_CODE);
            int answer = socket.getInputStream().read();
            boolean postgres = answer == 'S' || answer == 'N';
            return postgres ? "another PostgreSQL server" : "a program that is not PostgreSQL";
        } catch (IOException silent) {
            return "a program that is not PostgreSQL";
        }
    }
}
