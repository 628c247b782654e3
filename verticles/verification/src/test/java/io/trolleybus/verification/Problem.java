package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a refusal (RFC 9457). */
record Problem(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        String traceId,
        @Nullable List<Violation> errors) {

    /** One thing wrong with the request's body and where, as a JSON pointer. */
    record Violation(String pointer, String detail) {}

    void assertComplete(String request, int expectedStatus) {
        assertThat(status).as("status in the body of %s", request).isEqualTo(expectedStatus);
        assertThat(type).as("type of %s", request).startsWith("/problems/");
        assertThat(title).as("title of %s", request).isNotBlank();
        assertThat(detail).as("detail of %s", request).isNotBlank();
        assertThat(instance).as("instance of %s", request).isNotBlank();
        assertThat(traceId).as("traceId of %s", request).matches("[0-9a-f]{32}");
        assertThat(detail + title)
                .as("no inner workings in %s", request)
                .doesNotContain("Exception", "at io.", "SELECT ", "INSERT ", "localhost");
    }

    List<String> pointers() {
        return errors == null
                ? List.of()
                : errors.stream().map(Violation::pointer).toList();
    }
}
