package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One way in which the contract promises to answer an operation, and a request that is answered so.
 *
 * @param says what is promised, in words
 * @param scenario sends whatever goes before and returns the answer that it is about
 * @param more what else holds of that answer
 */
record Promise(String operation, int status, String says, Supplier<Reply> scenario, Consumer<Reply> more) {

    static Promise answer(String operation, int status, String says, Supplier<Reply> scenario) {
        return new Promise(operation, status, says, scenario, reply -> {});
    }

    /** A refusal as a problem of that type. */
    static Promise refusal(String operation, int status, String problem, String when, Supplier<Reply> scenario) {
        return answer(operation, status, problem + ", " + when, scenario)
                .and(reply -> assertThat(reply.expectProblem(status).type()).isEqualTo("/problems/" + problem));
    }

    /** A refusal of a request that is not valid, which says what of it is not. */
    static Promise invalid(String operation, String pointer, String when, Supplier<Reply> scenario) {
        return refusal(operation, 400, "invalid", when, scenario)
                .and(reply -> assertThat(reply.expectProblem(400).pointers()).contains(pointer));
    }

    Promise and(Consumer<Reply> also) {
        return new Promise(operation, status, says, scenario, more.andThen(also));
    }

    /** @param pointer to what has this value in the answer's body */
    Promise telling(String pointer, Object value) {
        return and(reply ->
                assertThat(reply.json().at(pointer).asText()).as(pointer).isEqualTo(value.toString()));
    }

    /** What tells promises of one operation apart as far as the contract does. */
    String key() {
        return operation + " " + status;
    }

    @Override
    public String toString() {
        return key() + ": " + says;
    }
}
