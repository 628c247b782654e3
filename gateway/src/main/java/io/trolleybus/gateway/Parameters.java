package io.trolleybus.gateway;

import io.trolleybus.model.Page;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what stands in path, query and headers, as the contract's parameters say. */
final class Parameters {
    static final int MAX_WAIT_S = 30;

    private static final int MAX_QUERY_CHARS = 100;
    private static final Pattern CURSOR = Pattern.compile("[A-Za-z0-9_=.~-]{1,512}");
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final Pattern SKU = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final String A_DAY = "must be a day of the calendar, such as 2026-01-31";
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");
    private static final Pattern LIMIT = Pattern.compile("[0-9]{1,3}");
    private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?([0-9]{1,9})\"?(?:$|[,;\\s])");

    private Parameters() {}

    static Page page(Exchange exchange) {
        return new Page(limit(exchange, Page.DEFAULT_LIMIT, Page.MAX_LIMIT), cursor(exchange));
    }

    /** How many items are wanted, 1 to {@code most}. */
    static int limit(Exchange exchange, int usual, int most) {
        String text = exchange.queryParameter("limit");
        if (text == null) {
            return usual;
        }
        int limit = LIMIT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > most) {
            throw Rejected.parameter("limit", "must be a whole number from 1 to " + most);
        }
        return limit;
    }

    private static @Nullable String cursor(Exchange exchange) {
        String text = exchange.queryParameter("cursor");
        if (text != null && !CURSOR.matcher(text).matches()) {
            throw Rejected.parameter("cursor", "must be the nextCursor of the page before");
        }
        return text;
    }

    static @Nullable String search(Exchange exchange) {
        String text = exchange.queryParameter("query");
        boolean unfit = text != null
                && (text.isEmpty()
                        || text.length() > MAX_QUERY_CHARS
                        || text.chars().anyMatch(Character::isISOControl));
        if (unfit) {
            throw Rejected.parameter(
                    "query", "must be 1 to " + MAX_QUERY_CHARS + " characters without control characters");
        }
        return text;
    }

    static @Nullable UUID uuid(Exchange exchange, String name) {
        String text = exchange.queryParameter(name);
        if (text == null) {
            return null;
        }
        if (!ID.matcher(text).matches()) {
            throw Rejected.parameter(name, "must be a UUID");
        }
        return UUID.fromString(text);
    }

    static @Nullable String traceId(Exchange exchange) {
        String text = exchange.queryParameter("traceId");
        if (text != null && !TRACE_ID.matcher(text).matches()) {
            throw Rejected.parameter("traceId", "must be 32 lower-case hex digits");
        }
        return text;
    }

    /** The trace id in the path. What is no trace id names nothing. */
    static String traceIdOfPath(Exchange exchange) {
        String text = exchange.pathParameter("traceId");
        if (!TRACE_ID.matcher(text).matches()) {
            throw Rejected.because(ProblemType.NOT_FOUND, "A trace id is 32 lower-case hex digits.");
        }
        return text;
    }

    static <E extends Enum<E>> @Nullable E choice(Exchange exchange, String name, Class<E> type) {
        return choice(exchange, name, type, UnaryOperator.identity());
    }

    /** Of values that the contract writes in lower case. */
    static <E extends Enum<E>> @Nullable E lowerCaseChoice(Exchange exchange, String name, Class<E> type) {
        return choice(exchange, name, type, value -> value.toLowerCase(Locale.ROOT));
    }

    private static <E extends Enum<E>> @Nullable E choice(
            Exchange exchange, String name, Class<E> type, UnaryOperator<String> written) {
        String text = exchange.queryParameter(name);
        if (text == null) {
            return null;
        }
        for (E value : type.getEnumConstants()) {
            if (written.apply(value.name()).equals(text)) {
                return value;
            }
        }
        throw Rejected.parameter(name, "has no such value");
    }

    /** A number of events. */
    static @Nullable Integer version(Exchange exchange) {
        String text = exchange.queryParameter("version");
        if (text == null) {
            return null;
        }
        if (!VERSION.matcher(text).matches()) {
            throw Rejected.parameter("version", "must be a whole number from 1 on");
        }
        return Integer.valueOf(text);
    }

    /** How far a client of server-sent events has come; 0 if it has not begun. */
    static int lastEventId(Exchange exchange) {
        String text = exchange.header("Last-Event-ID");
        if (text == null || text.equals("0")) {
            return 0;
        }
        if (!VERSION.matcher(text).matches()) {
            throw Rejected.parameter("Last-Event-ID", "must be the id of an event before, a whole number");
        }
        return Integer.parseInt(text);
    }

    /** A moment, with its zone. */
    static @Nullable Instant instant(Exchange exchange, String name) {
        String text = exchange.queryParameter(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException notATime) {
            throw Rejected.parameter(name, "must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z");
        }
    }

    /** A day. */
    static LocalDate day(Exchange exchange, String name, LocalDate usual) {
        String text = exchange.queryParameter(name);
        if (text == null) {
            return usual;
        }
        if (!DAY.matcher(text).matches()) {
            throw Rejected.parameter(name, A_DAY);
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException notInTheCalendar) {
            throw Rejected.parameter(name, A_DAY);
        }
    }

    /** The id in the path. What is no id names nothing. */
    static UUID id(Exchange exchange) {
        String text = exchange.pathParameter("id");
        if (!ID.matcher(text).matches()) {
            throw Rejected.because(ProblemType.NOT_FOUND, "An id is a UUID.");
        }
        return UUID.fromString(text);
    }

    /** The SKU in the path. What is no SKU names nothing. */
    static String sku(Exchange exchange) {
        String text = exchange.pathParameter("sku");
        if (!SKU.matcher(text).matches()) {
            throw Rejected.because(ProblemType.NOT_FOUND, "There is no product with such a SKU.");
        }
        return text;
    }

    static String idempotencyKey(Exchange exchange) {
        String key = optionalIdempotencyKey(exchange);
        if (key == null) {
            throw Rejected.parameter("Idempotency-Key", "is required");
        }
        return key;
    }

    static @Nullable String optionalIdempotencyKey(Exchange exchange) {
        String key = exchange.header("Idempotency-Key");
        if (key != null && !IDEMPOTENCY_KEY.matcher(key).matches()) {
            throw Rejected.parameter("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
        }
        return key;
    }

    /** Seconds that {@code Prefer: wait=N} asks for, at most {@link #MAX_WAIT_S}; 0 if it does not ask. */
    static int waitSeconds(Exchange exchange) {
        String prefer = exchange.header("Prefer");
        if (prefer == null) {
            return 0;
        }
        Matcher wait = WAIT.matcher(prefer);
        // RFC 7240: a preference that is not understood is ignored.
        return wait.find() ? Math.min(MAX_WAIT_S, Integer.parseInt(wait.group(1))) : 0;
    }
}
