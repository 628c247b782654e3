package io.trolleybus.gateway;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One operation as the contract declares it.
 *
 * @param path template, such as {@code /api/v1/orders/{id}}
 * @param isVital whether it is answered however much is under way
 * @param body what its body must look like, or null if it takes none
 * @param deprecation that it is going to be taken away, or null if it is not
 */
record Operation(
        String id,
        String method,
        String path,
        Access access,
        boolean isVital,
        @Nullable BodySchema body,
        @Nullable Deprecation deprecation,
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
            String id,
            String method,
            String path,
            Access access,
            boolean isVital,
            @Nullable BodySchema body,
            @Nullable Deprecation deprecation) {
        String literal = Pattern.quote(path);
        String regex = PLACEHOLDER.matcher(literal).replaceAll("\\\\E[^/]+\\\\Q");
        return new Operation(id, method, path, access, isVital, body, deprecation, Pattern.compile(regex));
    }

    /** The name of its spans. */
    String spanName() {
        return method + ' ' + path;
    }

    /** What each of its answers says, whatever else it says. */
    Map<String, String> headers(String requestPath) {
        return deprecation == null ? Map.of() : deprecation.headers(path, requestPath);
    }

    boolean hasPath(String requested) {
        return pathPattern.matcher(requested).matches();
    }
}
