package io.trolleybus.gateway;

import io.trolleybus.model.Refusal;
import java.util.List;
import java.util.Map;

/**
 * A request cannot be served, and the client shall know why. It ends the way of a request from wherever it is, and has
 * no stack trace because it is no surprise.
 */
final class Rejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with one part: a JSON pointer into the body or the name of a parameter, and a sentence. */
    record PartError(String pointer, String detail) {}

    private final transient ProblemType type;
    private final transient Map<String, Object> facts;
    private final transient List<PartError> errors;
    private final transient Map<String, String> headers;

    private Rejected(
            ProblemType type,
            String detail,
            Map<String, Object> facts,
            List<PartError> errors,
            Map<String, String> headers) {
        super(detail, null, false, false);
        this.type = type;
        this.facts = facts;
        this.errors = errors;
        this.headers = headers;
    }

    static Rejected because(ProblemType type, String detail) {
        return new Rejected(type, detail, Map.of(), List.of(), Map.of());
    }

    static Rejected withHeader(ProblemType type, String detail, String header, String value) {
        return new Rejected(type, detail, Map.of(), List.of(), Map.of(header, value));
    }

    static Rejected invalid(String detail, List<PartError> errors) {
        return new Rejected(ProblemType.INVALID, detail, Map.of(), errors, Map.of());
    }

    static Rejected parameter(String name, String detail) {
        return invalid("The parameter " + name + ' ' + detail + '.', List.of(new PartError(name, detail)));
    }

    static Rejected by(Refusal refusal) {
        return new Rejected(
                ProblemType.ofRefusal(refusal.code()), refusal.detail(), refusal.facts(), List.of(), Map.of());
    }

    ProblemType type() {
        return type;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    Map<String, Object> facts() {
        return facts;
    }

    List<PartError> errors() {
        return errors;
    }

    Map<String, String> headers() {
        return headers;
    }
}
