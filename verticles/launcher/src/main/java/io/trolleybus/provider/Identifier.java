package io.trolleybus.provider;

import org.jspecify.annotations.Nullable;

/** The ids and keys that clients choose: short, and of characters that need no escaping anywhere. */
final class Identifier {
    static final int MAX_CHARS = 100;

    private Identifier() {}

    static String require(String name, @Nullable Object value) {
        if (value instanceof String id && isWellFormed(id)) {
            return id;
        }
        throw new MalformedRequest(name + " must be 1 to " + MAX_CHARS + " letters, digits, '-', '_', ':' or '.'");
    }

    static boolean isWellFormed(String id) {
        if (id.isEmpty() || id.length() > MAX_CHARS) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == ':'
                    || c == '.';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
