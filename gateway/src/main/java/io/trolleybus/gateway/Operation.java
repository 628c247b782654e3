package io.trolleybus.gateway;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One operation as the contract declares it.
 *
 * @param path template, such as {@code /api/v1/orders/{id}}
 * @param isVital whether it is answered however much is under way
 * @param body what its body must look like, or null if it takes none
 */
record Operation(
        String id,
        String method,
        String path,
        Access access,
        boolean isVital,
        @Nullable BodySchema body,
        Pattern pathPattern) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]+}");

    /** Who may call it. */
    enum Access {
        PUBLIC,
        /** Anybody, but a token may show more. */
        OPTIONAL,
        USER,
        OPERATOR
    }

    static Operation of(
            String id, String method, String path, Access access, boolean isVital, @Nullable BodySchema body) {
        String literal = Pattern.quote(path);
        String regex = PLACEHOLDER.matcher(literal).replaceAll("\\\\E[^/]+\\\\Q");
        return new Operation(id, method, path, access, isVital, body, Pattern.compile(regex));
    }

    /** The name of its spans. */
    String spanName() {
        return method + ' ' + path;
    }

    boolean hasPath(String requested) {
        return pathPattern.matcher(requested).matches();
    }
}
