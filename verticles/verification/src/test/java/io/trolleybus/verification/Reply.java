package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Optional;

/** An HTTP answer, read whole; of a stream without end that which had come. */
record Reply(String request, int status, HttpHeaders headers, String body) {

    static Reply of(String request, HttpResponse<String> response) {
        return new Reply(request, response.statusCode(), response.headers(), response.body());
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    String contentType() {
        return header("Content-Type").orElse("").replaceFirst(";.*", "");
    }

    JsonNode json() {
        return Json.read(body());
    }

    <T> T as(Class<T> type) {
        return Json.as(type, json());
    }

    /** Returns this reply if it has the status, else fails the test with the whole answer. */
    Reply expect(int status) {
        assertThat(status()).as("%s answered %s", request, body()).isEqualTo(status);
        return this;
    }

    /** Reads the body as a problem, after checking that it is one of this status and complete. */
    Problem expectProblem(int status) {
        expect(status);
        assertThat(contentType()).as("content type of %s", request).isEqualTo("application/problem+json");
        Problem problem = as(Problem.class);
        problem.assertComplete(request, status);
        return problem;
    }
}
