package io.trolleybus.gateway;

import io.trolleybus.chassis.HttpMember;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * What of a request's address is for a member: passed on letter by letter, so nothing gets through that two readers
 * could understand in two ways.
 *
 * @param path begins with a slash
 * @param query without its question mark; null if there is none
 */
record MemberPath(String service, String path, @Nullable String query) {
    static final String PREFIX = "/api/ext/";

    /** Of what RFC 3986 allows in a path, all but the semicolon, which some servers cut paths at. */
    private static final String CLEAN = "-._~!$&'()*+,=:@";

    private static final int MAX_OCTET = 0x7f;

    /** @throws Rejected if it leads to no service by its very form, or is not clean */
    static MemberPath of(HttpServerRequest request) {
        String raw = String.valueOf(request.path());
        int end = raw.indexOf('/', PREFIX.length());
        if (!raw.startsWith(PREFIX) || end < 0) {
            throw unclean();
        }
        String service = raw.substring(PREFIX.length(), end);
        if (!HttpMember.NAME.matcher(service).matches()) {
            throw unknown();
        }
        String path = raw.substring(end);
        String query = request.query();
        if (!isClean(path) || !(query == null || query.chars().allMatch(c -> c > ' ' && c < MAX_OCTET && c != '#'))) {
            throw unclean();
        }
        return new MemberPath(service, path, query);
    }

    /** The whole of it, from the root of the service. */
    String target() {
        return query == null ? path : path + '?' + query;
    }

    static Rejected unknown() {
        return Rejected.because(ProblemType.NOT_FOUND, "There is no such service.");
    }

    private static Rejected unclean() {
        return Rejected.because(ProblemType.INVALID, "The address is not well formed.");
    }

    /** Whether that is a path from the root, each of whose parts is what it looks like. */
    static boolean isClean(String path) {
        if (!path.startsWith("/")) {
            return false;
        }
        String[] parts = path.substring(1).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean mayBeEmpty = i == parts.length - 1;
            if ((parts[i].isEmpty() && !mayBeEmpty) || !isCleanPart(parts[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCleanPart(String part) {
        if (part.equals(".") || part.equals("..")) {
            return false;
        }
        int i = 0;
        while (i < part.length()) {
            char c = part.charAt(i);
            if (c == '%') {
                if (i + 2 >= part.length() || !isCleanOctet(part.charAt(i + 1), part.charAt(i + 2))) {
                    return false;
                }
                i += 3;
            } else if (isAlphanumeric(c) || CLEAN.indexOf(c) >= 0) {
                i++;
            } else {
                return false;
            }
        }
        return true;
    }

    /** Encoded dots, slashes, percent signs and controls mean another path to whoever decodes them. */
    private static boolean isCleanOctet(char high, char low) {
        int octet = Character.digit(high, 16) * 16 + Character.digit(low, 16);
        boolean isHex = Character.digit(high, 16) >= 0 && Character.digit(low, 16) >= 0 && high < 'g' && low < 'g';
        return isHex && octet >= ' ' && octet != MAX_OCTET && "./\\%;".indexOf(octet) < 0;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
