package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A platform that someone else started, known by system properties. A test that needs what was not given is skipped and
 * says so:
 *
 * <ul>
 *   <li>{@code trolleybus.gateways}: public addresses, separated by commas
 *   <li>{@code trolleybus.management}: one management address
 *   <li>{@code trolleybus.provider}: the payment provider's address
 *   <li>{@code trolleybus.data}, {@code trolleybus.postgres.port}: where the database credentials and the server are
 *   <li>{@code trolleybus.logs}: log files, separated by commas
 *   <li>{@code trolleybus.crash}: a shell command that kills a node with -9 and returns when it serves again
 * </ul>
 */
final class RemotePlatform implements Platform {

    static final String GATEWAYS = "trolleybus.gateways";
    private static final long CRASH_WITHIN_SECONDS = 120;

    static boolean isGiven() {
        return !System.getProperty(GATEWAYS, "").isBlank();
    }

    @Override
    public List<URI> gateways() {
        return Arrays.stream(given(GATEWAYS).split(",")).map(URI::create).toList();
    }

    @Override
    public URI management() {
        return URI.create(given("trolleybus.management"));
    }

    @Override
    public URI provider() {
        return URI.create(given("trolleybus.provider"));
    }

    @Override
    public Databases databases() {
        return new Databases(Path.of(given("trolleybus.data")), Integer.parseInt(given("trolleybus.postgres.port")));
    }

    @Override
    public LogLines log() {
        return new LogLines(
                Arrays.stream(given("trolleybus.logs").split(",")).map(Path::of).toList());
    }

    @Override
    public void crashAndReturn() {
        try {
            Process crash = new ProcessBuilder("sh", "-c", given("trolleybus.crash"))
                    .inheritIO()
                    .start();
            assertThat(crash.waitFor(CRASH_WITHIN_SECONDS, TimeUnit.SECONDS))
                    .as("the node served again in time")
                    .isTrue();
            assertThat(crash.exitValue()).as("exit code of the crash command").isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during a crash", e);
        }
    }

    @Override
    public void close() {
        // Whoever started it ends it.
    }

    private static String given(String property) {
        return Optional.ofNullable(System.getProperty(property))
                .filter(value -> !value.isBlank())
                .orElseGet(() -> abort("needs -D" + property));
    }
}
