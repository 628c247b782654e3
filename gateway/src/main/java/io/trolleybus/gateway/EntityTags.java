package io.trolleybus.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What clients say of the versions that they know (RFC 9110, section 13.1). */
final class EntityTags {
    private static final Pattern TAGS = Pattern.compile("(W/)?\"[^\"]*\"(\\s*,\\s*(W/)?\"[^\"]*\")*");
    private static final Pattern VERSION_OF_TAG = Pattern.compile("\"([0-9]{1,9})(\\.[0-9]{1,10})?\"");

    private EntityTags() {}

    /**
     * The versions that {@code If-Match} allows, null for any. Orders change what is available all the time, which is
     * no reason to refuse a change, so only that part of a tag counts which stands for the product itself.
     */
    static @Nullable List<Integer> versionsOf(@Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return null;
        }
        if (!TAGS.matcher(ifMatch.strip()).matches()) {
            throw Rejected.parameter("If-Match", "must be ETags, each in quotes, or *");
        }
        return VERSION_OF_TAG
                .matcher(ifMatch)
                .results()
                .map(tag -> Integer.valueOf(tag.group(1)))
                .toList();
    }

    /** Whether {@code If-None-Match} names the tag; it compares weakly (RFC 9110, section 13.1.2). */
    static boolean matches(@Nullable String known, String tag) {
        if (known == null) {
            return false;
        }
        return Arrays.stream(known.split(",", -1))
                .map(String::strip)
                .map(one -> one.startsWith("W/") ? one.substring(2) : one)
                .anyMatch(one -> one.equals("*") || one.equals(tag));
    }
}
