package io.trolleybus.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** How many members were lost of late. Thread-safe. */
final class RecentLosses {
    /** Longer than two sides of a split that has healed take to find each other. */
    static final Duration WINDOW = Duration.ofSeconds(15);

    private final LongSupplier nanoTime;
    private final Deque<Long> lostAtNs = new ArrayDeque<>();

    RecentLosses() {
        this(System::nanoTime);
    }

    RecentLosses(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void add() {
        lostAtNs.addLast(nanoTime.getAsLong());
    }

    synchronized int count() {
        long nowNs = nanoTime.getAsLong();
        while (!lostAtNs.isEmpty() && nowNs - lostAtNs.getFirst() > WINDOW.toNanos()) {
            lostAtNs.removeFirst();
        }
        return lostAtNs.size();
    }
}
