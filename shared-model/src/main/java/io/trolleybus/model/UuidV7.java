package io.trolleybus.model;

import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Time-ordered ids, so that a B-tree on them grows at its right edge.
 *
 * <p>Source: RFC 9562, section 5.7, with the 12 bits of {@code rand_a} used as a counter inside one millisecond (its
 * method 1), which keeps the ids of one source strictly ascending. Safe for use by several threads.
 */
public final class UuidV7 implements Supplier<UUID> {
    private static final int COUNTER_MAX = 0xfff;

    private final InstantSource clock;
    private final RandomGenerator random;
    private long lastMs;
    private int counter;

    public UuidV7(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public synchronized UUID get() {
        long nowMs = clock.millis();
        if (nowMs > lastMs) {
            lastMs = nowMs;
            counter = random.nextInt(COUNTER_MAX / 2);
        } else if (++counter > COUNTER_MAX) {
            lastMs++;
            counter = 0;
        }
        long high = (lastMs << 16) | 0x7000L | counter;
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
