package io.trolleybus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * That an operation is going to be taken away, as the contract says it ({@code deprecated}, {@code x-deprecated-at},
 * {@code x-sunset}, {@code x-successor}) and as every answer of it does. Days begin at midnight UTC.
 *
 * <p>Source of the headers: RFC 9745 ({@code Deprecation}), RFC 8594 ({@code Sunset}), RFC 5829
 * ({@code successor-version}).
 *
 * @param at since when nobody should begin to use it
 * @param sunset when it may be gone; null if that is not decided
 * @param successor path template of what is there instead; null if nothing is
 */
record Deprecation(
        Instant at, @Nullable Instant sunset, @Nullable String successor) {
    private static final String AT = "x-deprecated-at";
    private static final String SUNSET = "x-sunset";
    private static final String SUCCESSOR = "x-successor";

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    /** What would end the target of a link before its end. */
    private static final Pattern NOT_IN_A_LINK = Pattern.compile("[^A-Za-z0-9._~%!$&'()*+,;=:@-]");

    /**
     * Null if the operation is not deprecated.
     *
     * @param id of the operation, which the message of a failure names
     * @param path template of the operation, from which its successor's placeholders are filled
     * @throws IllegalStateException if what the contract says makes no sense
     */
    static @Nullable Deprecation of(String id, String path, JsonNode operation) {
        if (!operation.path("deprecated").asBoolean()) {
            Stream.of(AT, SUNSET, SUCCESSOR).filter(operation::has).findFirst().ifPresent(key -> {
                throw wrong(id, "has " + key + " and is not deprecated");
            });
            return null;
        }
        Instant at = day(id, operation, AT);
        if (at == null) {
            throw wrong(id, "is deprecated without " + AT);
        }
        Instant sunset = day(id, operation, SUNSET);
        if (sunset != null && sunset.isBefore(at)) {
            throw wrong(id, "has its " + SUNSET + " before " + AT);
        }
        String successor = operation.has(SUCCESSOR) ? operation.get(SUCCESSOR).asText() : null;
        if (successor != null && !segments(path).containsAll(placeholders(successor))) {
            throw wrong(id, "has a " + SUCCESSOR + " with more placeholders than its own path");
        }
        return new Deprecation(at, sunset, successor);
    }

    private static @Nullable Instant day(String id, JsonNode operation, String key) {
        if (!operation.has(key)) {
            return null;
        }
        try {
            return LocalDate.parse(operation.get(key).asText())
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
        } catch (DateTimeParseException notADay) {
            throw wrong(id, "has a " + key + " that is no date such as 2026-11-01");
        }
    }

    static IllegalStateException wrong(String id, String what) {
        return new IllegalStateException("the contract's " + id + ' ' + what);
    }

    /**
     * What its answers say.
     *
     * @param template path of the operation
     * @param requested the path of the request, which the template matches
     */
    Map<String, String> headers(String template, String requested) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Deprecation", "@" + at.getEpochSecond());
        if (sunset != null) {
            headers.put("Sunset", HTTP_DATE.format(sunset));
        }
        if (successor != null) {
            headers.put("Link", '<' + filled(successor, template, requested) + ">; rel=\"successor-version\"");
        }
        return headers;
    }

    private static String filled(String successor, String template, String requested) {
        List<String> names = segments(template);
        List<String> given = segments(requested);
        String link = successor;
        for (int i = 0; i < names.size() && i < given.size(); i++) {
            if (isPlaceholder(names.get(i))) {
                link = link.replace(names.get(i), inLink(given.get(i)));
            }
        }
        return link;
    }

    /** Left out rather than encoded, since such a path is none of ours: it is answered by a problem anyway. */
    private static String inLink(String segment) {
        return NOT_IN_A_LINK.matcher(segment).replaceAll("");
    }

    private static List<String> placeholders(String path) {
        return segments(path).stream().filter(Deprecation::isPlaceholder).toList();
    }

    private static boolean isPlaceholder(String segment) {
        return segment.startsWith("{");
    }

    private static List<String> segments(String path) {
        return Arrays.asList(path.split("/", -1));
    }
}
