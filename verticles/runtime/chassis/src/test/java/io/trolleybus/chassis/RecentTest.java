package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentTest {
    private static final int ANY = 100;

    @Test
    void ofMoreItemsThanTheLimitTheOldestAreGone() {
        var recent = new Recent<String>(3, 1_000, String::length);

        List.of("a", "b", "c", "d", "e").forEach(recent::add);

        assertThat(recent.newest(item -> true, ANY)).containsExactly("e", "d", "c");
    }

    @Test
    void ofMoreThanTheSizeTheOldestAreGone() {
        var recent = new Recent<String>(ANY, 10, String::length);

        List.of("aaaa", "bbbb", "cc", "dddd").forEach(recent::add);

        assertThat(recent.newest(item -> true, ANY)).containsExactly("dddd", "cc", "bbbb");
    }

    @Test
    void whatIsLargerThanTheWholeLimitIsNotKeptAndDrivesNothingOut() {
        var recent = new Recent<String>(ANY, 10, String::length);
        recent.add("aaaa");

        recent.add("x".repeat(11));
        assertThat(recent.newest(item -> true, ANY)).containsExactly("aaaa");

        recent.add("b".repeat(10));
        assertThat(recent.newest(item -> true, ANY)).containsExactly("b".repeat(10));
    }

    @Test
    void theNewestThatAreWantedComeFirstAndNoMoreThanAskedFor() {
        var recent = new Recent<Integer>(ANY, ANY, item -> 1);
        for (int i = 1; i <= 10; i++) {
            recent.add(i);
        }

        assertThat(recent.newest(item -> item % 2 == 0, 3)).containsExactly(10, 8, 6);
        List<Integer> all = new ArrayList<>();
        recent.forEachNewestFirst(all::add);
        assertThat(all).startsWith(10, 9).endsWith(1).hasSize(10);
    }
}
