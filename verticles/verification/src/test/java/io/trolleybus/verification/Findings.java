package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The figures of one scenario, each kept for whoever reads the table, and judged together at the end. */
final class Findings {

    private static final Path TABLE = Path.of(System.getProperty("trolleybus.figures", "target/chaos/figures.tsv"));

    private final String scenario;
    private final List<String> bad = new ArrayList<>();

    Findings(String scenario) {
        this.scenario = scenario;
    }

    /** @param measured empty if it did not come to pass at all */
    void within(String what, Optional<Duration> measured, Duration limit) {
        boolean good = measured.isPresent() && measured.get().compareTo(limit) <= 0;
        add(what, measured.map(Findings::seconds).orElse("never"), "<= " + seconds(limit), good);
    }

    void none(String what, Object found, boolean isNone) {
        add(what, found.toString(), "none", isNone);
    }

    void holds(String what, String measured, boolean good) {
        add(what, measured, "", good);
    }

    /** A figure without a limit. */
    void note(String what, Object measured) {
        add(what, measured instanceof Duration time ? seconds(time) : measured.toString(), "", true);
    }

    private void add(String what, String measured, String limit, boolean good) {
        String line = String.join("\t", scenario, what, measured, limit, good ? "ok" : "FAILED");
        if (!good) {
            bad.add(what + ": " + measured + (limit.isEmpty() ? "" : ", not " + limit));
        }
        try {
            Files.createDirectories(TABLE.toAbsolutePath().getParent());
            Files.writeString(TABLE, line + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails the test if any figure was beyond its limit. */
    void judge() {
        assertThat(bad).as("what is not as it should be in %s", scenario).isEmpty();
    }

    private static String seconds(Duration time) {
        return String.format(java.util.Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
    }
}
