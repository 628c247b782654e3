package io.trolleybus.chassis;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A service's own settings by key, such as {@code provider.url}; checked against the known keys before start-up. */
public record Settings(Map<String, String> values) {
    /** @throws IllegalArgumentException naming the key if it is missing */
    public String text(String key) {
        String value = values.get(key);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(key + " must be set");
        }
        return value;
    }

    /** Without space around it; empty if the key is missing or blank. */
    public String textOrEmpty(String key) {
        return values.getOrDefault(key, "").strip();
    }

    /** Whether it says {@code true}; not if the key is missing. */
    public boolean isOn(String key) {
        return Boolean.parseBoolean(values.get(key));
    }

    /** What stands there, separated by commas; nothing if the key is missing or blank. */
    public List<String> list(String key) {
        return Arrays.stream(values.getOrDefault(key, "").split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** The same, or the fallback if the key is missing. */
    public int numberOr(String key, int least, int most, int fallback) {
        return values.containsKey(key) ? number(key, least, most) : fallback;
    }

    /** @throws IllegalArgumentException naming the key if it is missing or not a whole number in the range */
    public int number(String key, int least, int most) {
        String value = text(key);
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Answered below, together with a number out of range.
        }
        throw new IllegalArgumentException(
                key + " must be a whole number from " + least + " to " + most + ", not '" + value + "'");
    }

    /** The keys only, so that it can be logged: some values are secrets. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
