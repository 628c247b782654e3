package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** A launch that must end by itself, having said why in one line. */
record Refusal(Launch launch) {

    /** A few seconds on an idle machine; it may have to unpack PostgreSQL before it finds the fault. */
    private static final Duration WITHIN = Duration.ofSeconds(60);

    /** One line on stderr that names the culprit, an exit code that is not 0, and nothing left running. */
    void names(String culprit) {
        try (PlatformProcess remains = new PlatformProcess(launch)) {
            Launch.Exit exit = launch.untilItEnds(WITHIN);

            assertThat(exit.code()).as("exit code").isNotZero();
            assertThat(exit.errorLines())
                    .as("what stands on stderr")
                    .singleElement()
                    .asString()
                    .contains(culprit);
            assertThat(remains.hasServer()).as("PostgreSQL left running").isFalse();
        }
    }
}
