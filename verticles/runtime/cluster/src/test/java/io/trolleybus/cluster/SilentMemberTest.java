package io.trolleybus.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that is frozen accepts connections, since the system does it for it, and says nothing on them. */
@Timeout(60)
final class SilentMemberTest {
    private static final Duration LOOKED_FOR_WITHIN = Duration.ofSeconds(30);
    private static final Duration OBSERVED = Duration.ofSeconds(3);
    private static final Duration BUSY = Duration.ofMillis(500);
    private static final String SENDS = ".IO.thread-out-";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Test
    void keepsNoThreadBusyThatSendsToOthers() throws Exception {
        try (ServerSocket silent = new ServerSocket()) {
            int port = Ports.free();
            int silentPort = Ports.free();
            Vertx vertx = join(port, List.of("127.0.0.1:" + port, "127.0.0.1:" + silentPort));
            try {
                silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), silentPort));
                silent.setSoTimeout((int) LOOKED_FOR_WITHIN.toMillis());
                try (Socket looksForUs = silent.accept()) {
                    assertThat(looksForUs.isConnected()).isTrue();
                    long before = busyMs();
                    await().pollDelay(OBSERVED).until(() -> true);
                    assertThat(busyMs() - before).isLessThan(BUSY.toMillis());
                }
            } finally {
                vertx.close().await(30, TimeUnit.SECONDS);
            }
        }
    }

    private static Vertx join(int port, List<String> members) throws Exception {
        var settings = new ClusterSettings(
                "silent-member", "127.0.0.1", port, Ports.free(), new MemberDiscovery.Addresses(members), 1, null);
        return Cluster.join(settings, Vertx.builder(), new VertxOptions())
                .await(30, TimeUnit.SECONDS)
                .vertx();
    }

    /** Of all threads that send, since this process began. */
    private long busyMs() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().contains(SENDS))
                .mapToLong(thread -> TimeUnit.NANOSECONDS.toMillis(threads.getThreadCpuTime(thread.getThreadId())))
                .sum();
    }
}
