package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A platform of the test's own: the fat jar as a child process on a fresh data directory and free ports. Closing it
 * ends the process and its PostgreSQL, however the test went, and takes the data away.
 */
final class PlatformProcess implements Platform {

    /** The first start unpacks PostgreSQL and initialises four databases, perhaps beside another test. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    /** Where data directories and, beside them, the output of each process are kept. */
    private static final Path WORK =
            Path.of(System.getProperty("trolleybus.work", "target/platforms")).toAbsolutePath();

    private static final Duration READY_POLL_INTERVAL = Duration.ofMillis(100);
    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(15);
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(30);

    /** What Java makes of SIGKILL. */
    private static final int KILLED = 128 + 9;

    private final Launch launch;
    private @Nullable Process process;

    PlatformProcess(Launch launch) {
        this.launch = launch;
    }

    /** A platform on a data directory of its own, not yet started. */
    static PlatformProcess fresh(String name) {
        return fresh(name, Map.of());
    }

    /** @param environment what else it is told */
    static PlatformProcess fresh(String name, Map<String, String> environment) {
        Launch launch = Launch.on(freshDirectory(name));
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            launch = launch.with(variable.getKey(), variable.getValue());
        }
        return new PlatformProcess(launch);
    }

    /** A directory that does not exist yet, inside one that does and is this test's own. */
    static Path freshDirectory(String name) {
        try {
            return Files.createTempDirectory(Files.createDirectories(WORK), name + '-')
                    .resolve("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Launch launch() {
        return launch;
    }

    @Override
    public List<URI> gateways() {
        return List.of(launch.ports().gateway());
    }

    @Override
    public URI management() {
        return URI.create("http://127.0.0.1:" + launch.ports().management());
    }

    @Override
    public URI provider() {
        return URI.create("http://127.0.0.1:" + launch.ports().provider());
    }

    @Override
    public Databases databases() {
        return new Databases(launch.dataDir(), launch.ports().postgres());
    }

    @Override
    public LogLines log() {
        return new LogLines(List.of(launch.outputFile(), launch.errorFile()));
    }

    boolean isRunning() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** Starts the process, with more arguments if need be, and returns when the gateway says that it is ready. */
    PlatformProcess start(String... arguments) {
        Process started = launch.withArguments(arguments).begin();
        process = started;
        boolean ready = false;
        try {
            awaitReady(started);
            ready = true;
            return this;
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    long pid() {
        return running().pid();
    }

    /** Waits for the end of a JVM that somebody else kills, and by nothing but SIGKILL. */
    void awaitKilled() {
        Process killed = running();
        assertThat(waitForEnd(killed, KILLED_WITHIN))
                .as("killed within %s:%n%s", KILLED_WITHIN, launch.written())
                .isTrue();
        assertThat(killed.exitValue()).as("exit code").isEqualTo(KILLED);
    }

    /** Ends the JVM with SIGKILL; its PostgreSQL lives on, as it would after any crash. */
    void kill() {
        waitForEnd(running().destroyForcibly(), STOP_WITHIN);
    }

    /** Ends the JVM with SIGTERM and returns its exit code; it must be gone within the time. */
    int terminate(Duration within) {
        Process terminated = running();
        terminated.destroy();
        assertThat(waitForEnd(terminated, within))
                .as("stopped within %s of SIGTERM:%n%s", within, launch.written())
                .isTrue();
        return terminated.exitValue();
    }

    /** Whether a PostgreSQL runs on the data directory. */
    boolean hasServer() {
        return Postmaster.of(launch.dataDir()).isPresent();
    }

    /** Whether a PostgreSQL still runs on the data directory, or anything listens on its port. */
    boolean hasPostgres() {
        return hasServer() || Ports.isTaken(launch.ports().postgres());
    }

    @Override
    public void crashAndReturn() {
        kill();
        start();
    }

    @Override
    public void close() {
        Process last = process;
        if (last != null && last.isAlive()) {
            last.destroy();
            if (!waitForEnd(last, STOP_WITHIN)) {
                waitForEnd(last.destroyForcibly(), STOP_WITHIN);
            }
        }
        Postmaster.of(launch.dataDir()).ifPresent(this::stopOrphan);
        deleteData();
    }

    private Process running() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("the platform was never started");
        }
        return current;
    }

    private void awaitReady(Process started) {
        Api gateway = Api.at(gateways()).within(HEALTH_TIMEOUT);
        await("the platform to be ready")
                .atMost(READY_WITHIN)
                .pollDelay(Duration.ZERO)
                .pollInterval(READY_POLL_INTERVAL)
                .until(() -> {
                    if (!started.isAlive()) {
                        throw new AssertionError("ended before it was ready:\n" + launch.written());
                    }
                    return isReady(gateway);
                });
    }

    private static boolean isReady(Api gateway) {
        try {
            return gateway.get("/health/ready").status() == 200;
        } catch (UncheckedIOException notListeningYet) {
            return false;
        }
    }

    private static boolean waitForEnd(Process process, Duration within) {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void stopOrphan(ProcessHandle postmaster) {
        postmaster.destroy();
        await("PostgreSQL to stop").atMost(STOP_WITHIN).until(() -> !hasPostgres());
    }

    /** The data goes; what the process wrote stays beside it for whoever asks why a test failed. */
    private void deleteData() {
        if (!Files.exists(launch.dataDir())) {
            return;
        }
        try (Stream<Path> paths = Files.walk(launch.dataDir())) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + launch.dataDir(), e);
        }
    }
}
