package io.trolleybus.journal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one thing, by name, as text that a person can compare. Not for changing once it is compared.
 *
 * <p>For one thread.
 */
public final class Facts {
    private static final String NOTHING = "nothing";
    /** Of one value; the rest is compared but not shown. */
    private static final int MAX_CHARS = 300;

    private final Map<String, String> values = new LinkedHashMap<>();

    /** What two say differently of the same thing, and only that. */
    public record Difference(String expected, String found) {}

    /** @param value null for nothing */
    public Facts and(String name, @Nullable Object value) {
        values.put(name, value == null ? NOTHING : value.toString());
        return this;
    }

    /** Empty if the other says the same of everything that these say something about. */
    public Optional<Difference> differenceOf(Facts found) {
        var mine = new StringBuilder();
        var others = new StringBuilder();
        values.forEach((name, value) -> {
            String other = found.values.getOrDefault(name, NOTHING);
            if (!value.equals(other)) {
                add(mine, name, value);
                add(others, name, other);
            }
        });
        return mine.isEmpty() ? Optional.empty() : Optional.of(new Difference(mine.toString(), others.toString()));
    }

    private static void add(StringBuilder text, String name, String value) {
        boolean isLong = value.length() > MAX_CHARS;
        text.append(text.isEmpty() ? "" : ", ").append(name).append(' ');
        text.append(isLong ? value.substring(0, MAX_CHARS) + "…" : value);
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        values.forEach((name, value) -> add(text, name, value));
        return text.toString();
    }
}
