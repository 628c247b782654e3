package io.trolleybus.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UuidV7Test {
    private static final long NOW_MS = Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli();

    private final AtomicLong nowMs = new AtomicLong(NOW_MS);
    private final InstantSource clock = () -> Instant.ofEpochMilli(nowMs.get());
    private final UuidV7 ids = new UuidV7(clock, new Random(1));

    /** As PostgreSQL compares them. */
    private static int compareUnsigned(UUID a, UUID b) {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }

    @Test
    void anIdSaysItsVersionVariantAndTime() {
        UUID id = ids.get();

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW_MS);
    }

    @Test
    void theBitsAreRightForEveryCounterAndRandomNumber() {
        assertThat(Stream.generate(ids).limit(20_000)).allMatch(id -> id.version() == 7 && id.variant() == 2);
    }

    @Test
    void idsAscendAlsoWithinAMillisecondAndBeyondItsCounter() {
        List<UUID> made = Stream.generate(ids).limit(20_000).toList();

        assertThat(made).isSortedAccordingTo(UuidV7Test::compareUnsigned).doesNotHaveDuplicates();
    }

    @Test
    void idsAscendWhenTheClockGoesBack() {
        UUID before = ids.get();
        nowMs.addAndGet(-60_000);
        UUID after = ids.get();
        nowMs.addAndGet(120_000);
        UUID later = ids.get();

        assertThat(List.of(before, after, later)).isSortedAccordingTo(UuidV7Test::compareUnsigned);
        assertThat(later.getMostSignificantBits() >>> 16).isEqualTo(NOW_MS + 60_000);
    }

    @Test
    void severalThreadsGetDifferentIds() {
        var made = new ConcurrentSkipListSet<UUID>();

        IntStream.range(0, 20_000).parallel().forEach(i -> made.add(ids.get()));

        assertThat(made).hasSize(20_000);
    }
}
