package io.trolleybus.gateway;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One operation as the contract declares it.
 *
 * @param path template, such as {@code /api/v1/orders/{id}}
 * @param takesRest whether its last placeholder stands for all that follows, slashes included
 * @param isVital whether it is answered however much is under way
 * @param body what its body must look like, or null unless it takes JSON
 * @param deprecation that it is going to be taken away, or null if it is not
 */
record Operation(
        String id,
        String method,
        String path,
        boolean takesRest,
        Access access,
        boolean isVital,
        Content content,
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

    /** What it takes for a body. */
    enum Content {
        NONE,
        JSON,
        /** Whatever whoever it is passed on to understands. */
        ANY
    }

    static Operation of(
            String id,
            String method,
            String path,
            boolean takesRest,
            Access access,
            boolean isVital,
            Content content,
            @Nullable BodySchema body,
            @Nullable Deprecation deprecation) {
        String fixed = takesRest ? path.substring(0, path.lastIndexOf('{')) : path;
        String regex = PLACEHOLDER.matcher(Pattern.quote(fixed)).replaceAll("\\\\E[^/]+\\\\Q");
        var pattern = Pattern.compile(takesRest ? regex + ".*" : regex);
        return new Operation(id, method, path, takesRest, access, isVital, content, body, deprecation, pattern);
    }

    /** Where a router has to mount it, which knows {@code :name} and a star at the end. */
    String route() {
        String fixed = takesRest ? path.substring(0, path.lastIndexOf('{')) + '*' : path;
        return PLACEHOLDER
                .matcher(fixed)
                .replaceAll(
                        found -> ':' + found.group().substring(1, found.group().length() - 1));
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
