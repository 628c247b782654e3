package io.trolleybus.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Refusals;
import io.trolleybus.model.UserMessages.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** How long a log-in takes says nothing about who has an account. Passwords cost here what they cost always. */
@Isolated("it measures time")
class LoginTimeTest {
    private static final int PAIRS = 200;
    private static final int PAIRS_AT_LEAST = 20;
    private static final int PAIRS_FOR_WARMTH = 5;
    private static final double TOLERANCE = 0.10;

    /** Whoever else uses the machine disturbs a measurement, but hardly three. */
    private static final int MEASUREMENTS = 3;

    private static final long MEASUREMENT_LIMIT_NS = Duration.ofSeconds(7).toNanos();

    private final UsersUnderTest users = new UsersUnderTest();
    private final User ada = users.register("ada@example.org", "Ada");

    @AfterEach
    void close() {
        users.close();
    }

    @Test
    void aWrongPasswordTakesAsLongAsAnUnknownAddress() {
        measure(PAIRS_FOR_WARMTH);

        List<Double> ratios = new ArrayList<>();
        do {
            ratios.add(measure(PAIRS));
        } while (!isEven(ratios.get(ratios.size() - 1)) && ratios.size() < MEASUREMENTS);

        assertThat(ratios)
                .as("median times for a wrong password, of those for an unknown address")
                .anyMatch(LoginTimeTest::isEven);
    }

    private static boolean isEven(double ratio) {
        return Math.abs(ratio - 1) <= TOLERANCE;
    }

    /** By turns, so that what disturbs the one disturbs the other. */
    private double measure(int pairs) {
        List<Long> wrong = new ArrayList<>();
        List<Long> unknown = new ArrayList<>();
        long endNs = System.nanoTime() + MEASUREMENT_LIMIT_NS;
        for (int i = 0; i < pairs && (i < PAIRS_AT_LEAST || System.nanoTime() < endNs); i++) {
            if (i % 2 == 0) {
                wrong.add(logInNs(ada.email()));
                unknown.add(logInNs(strangersEmail()));
            } else {
                unknown.add(logInNs(strangersEmail()));
                wrong.add(logInNs(ada.email()));
            }
        }
        return median(wrong) / median(unknown);
    }

    private static String strangersEmail() {
        return UUID.randomUUID() + "@example.org";
    }

    private long logInNs(String email) {
        long startedNs = System.nanoTime();
        var reply = users.logIn(email, "a loud tram");
        long tookNs = System.nanoTime() - startedNs;
        assertThat(UsersUnderTest.code(reply)).isEqualTo(Refusals.BAD_CREDENTIALS);
        return tookNs;
    }

    private static double median(List<Long> times) {
        List<Long> sorted = times.stream().sorted().toList();
        return TimeUnit.NANOSECONDS.toMicros(sorted.get(sorted.size() / 2));
    }
}
