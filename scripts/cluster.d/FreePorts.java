import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports from a usual one on, without those that are taken. */
final class FreePorts {
    private static final int MAX_PORT = 65_535;

    private int next;

    /** @param variable of the environment that names the first port, else the usual one is it */
    FreePorts(String variable, int usual) {
        String named = System.getenv(variable);
        next = named == null || named.isBlank() ? usual : Integer.parseInt(named);
    }

    int take() {
        while (next <= MAX_PORT) {
            int port = next++;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port is free");
    }

    static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
