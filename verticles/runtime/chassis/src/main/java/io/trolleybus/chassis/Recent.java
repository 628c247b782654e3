package io.trolleybus.chassis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * The last of what came by, within a limit of items and one of their rough size; the oldest go first. Thread-safe.
 *
 * @param <T> immutable
 */
final class Recent<T> {
    private final int maxItems;
    private final long maxBytes;
    private final ToIntFunction<T> sizeBytes;
    private final Deque<T> items = new ArrayDeque<>();
    private long bytes;

    /** @param sizeBytes roughly what an item takes in memory */
    Recent(int maxItems, long maxBytes, ToIntFunction<T> sizeBytes) {
        this.maxItems = maxItems;
        this.maxBytes = maxBytes;
        this.sizeBytes = sizeBytes;
    }

    /** What is larger than the whole limit is not kept. */
    synchronized void add(T item) {
        if (sizeBytes.applyAsInt(item) > maxBytes) {
            return;
        }
        items.addLast(item);
        bytes += sizeBytes.applyAsInt(item);
        while (items.size() > maxItems || bytes > maxBytes) {
            bytes -= sizeBytes.applyAsInt(items.removeFirst());
        }
    }

    /** The newest first. */
    synchronized List<T> newest(Predicate<T> wanted, int limit) {
        List<T> found = new ArrayList<>();
        Iterator<T> backwards = items.descendingIterator();
        while (backwards.hasNext() && found.size() < limit) {
            T item = backwards.next();
            if (wanted.test(item)) {
                found.add(item);
            }
        }
        return found;
    }

    /** Shows every item, the newest first; quickly, since nothing is added meanwhile. */
    synchronized void forEachNewestFirst(Consumer<T> look) {
        items.descendingIterator().forEachRemaining(look);
    }
}
