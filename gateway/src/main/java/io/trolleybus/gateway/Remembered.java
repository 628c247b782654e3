package io.trolleybus.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets what was used longest ago, so that strangers cannot fill the memory. */
final class Remembered<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private static final int MAX_KEYS = 10_000;

    Remembered() {
        super(64, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MAX_KEYS;
    }
}
