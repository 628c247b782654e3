package io.trolleybus.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Refusals;
import io.trolleybus.model.UserMessages.User;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** How long a log-in takes says nothing about who has an account. Passwords cost here what they cost always. */
@Isolated("it measures time")
class LoginTimeTest {
    /** Of log-ins. On a machine that is busy with other things it takes more of them to see through the noise. */
    private static final int PAIRS_AT_LEAST = 100;

    private static final int PAIRS_AT_MOST = 600;
    private static final int PAIRS_FOR_WARMTH = 5;
    private static final double TOLERANCE = 0.10;

    private final UsersUnderTest users = new UsersUnderTest();
    private final User ada = users.register("ada@example.org", "Ada");

    @AfterEach
    void close() {
        users.close();
    }

    @Test
    void aWrongPasswordTakesAsLongAsAnUnknownAddress() {
        IntStream.range(0, PAIRS_FOR_WARMTH).forEach(this::ratio);

        List<Double> ratios = new ArrayList<>();
        do {
            ratios.add(ratio(ratios.size()));
        } while (ratios.size() < PAIRS_AT_LEAST || (!isEven(ratios) && ratios.size() < PAIRS_AT_MOST));

        assertThat(median(ratios))
                .as(
                        "time for a wrong password, of that for an unknown address just then; the median of %d pairs",
                        ratios.size())
                .isBetween(1 - TOLERANCE, 1 + TOLERANCE);
    }

    private static boolean isEven(List<Double> ratios) {
        return Math.abs(median(ratios) - 1) <= TOLERANCE;
    }

    /** By turns, so that what disturbs the one disturbs the other. */
    private double ratio(int turn) {
        boolean wrongFirst = turn % 2 == 0;
        double first = logInNs(wrongFirst ? ada.email() : strangersEmail());
        double second = logInNs(wrongFirst ? strangersEmail() : ada.email());
        return wrongFirst ? first / second : second / first;
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

    private static double median(List<Double> ratios) {
        List<Double> sorted = ratios.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
