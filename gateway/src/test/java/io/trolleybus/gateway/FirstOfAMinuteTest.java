package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class FirstOfAMinuteTest {
    private Instant now = Fakes.NOON;
    private final FirstOfAMinute first = new FirstOfAMinute(() -> now);

    @Test
    void a_thing_is_the_first_again_after_a_minute() {
        assertThat(first.is("a")).isTrue();
        now = now.plusSeconds(59);
        assertThat(first.is("a")).isFalse();
        assertThat(first.is("b")).isTrue();
        now = now.plusSeconds(1);
        assertThat(first.is("a")).isTrue();
        assertThat(first.is("b")).isFalse();
    }

    @Test
    void of_very_many_it_forgets_the_oldest() {
        for (int i = 0; i <= FirstOfAMinute.MAX_REMEMBERED; i++) {
            now = now.plus(1, ChronoUnit.MILLIS);
            assertThat(first.is(i)).isTrue();
        }

        assertThat(first.is(FirstOfAMinute.MAX_REMEMBERED)).isFalse();
        assertThat(first.is(1)).isFalse();
        assertThat(first.is(0)).isTrue();
    }
}
