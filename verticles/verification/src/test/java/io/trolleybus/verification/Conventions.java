package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** What holds of every answer, whatever was asked. */
final class Conventions {
    private static final Pattern UUID_SHAPED = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern UTC_TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z");
    private static final Set<String> TIMES = Set.of("at", "since", "lease");

    private Conventions() {}

    static void areKeptBy(Reply reply) {
        assertThat(reply.header("X-Request-Id").orElse(""))
                .as("X-Request-Id of " + reply.request())
                .isNotBlank();
        if (reply.status() >= 400) {
            Problem problem = reply.expectProblem(reply.status());
            assertThat(problem.instance()).isEqualTo(pathOf(reply));
        }
        if (reply.contentType().endsWith("json")) {
            look(reply.request(), "", reply.json());
        }
    }

    private static String pathOf(Reply reply) {
        return reply.request().replaceFirst("^\\S+ ", "").replaceFirst("\\?.*", "");
    }

    private static void look(String request, String name, JsonNode node) {
        String what = name + " " + node + " of " + request;
        if (node.isTextual() && isId(name) && UUID_SHAPED.matcher(node.asText()).matches()) {
            assertThat(UUID.fromString(node.asText()).version()).as(what).isEqualTo(7);
        }
        if (node.isTextual() && isTime(name)) {
            assertThat(node.asText()).as(what).matches(UTC_TIME);
        }
        if (node.has("amount") && node.path("currency").isTextual()) {
            assertThat(node.path("amount").isIntegralNumber()).as(what).isTrue();
        }
        node.properties().stream()
                .filter(member -> !isOfAVoid(node, member.getKey()))
                .forEach(member -> look(request, member.getKey(), member.getValue()));
        if (node.isArray()) {
            node.forEach(item -> look(request, name, item));
        }
    }

    private static boolean isId(String name) {
        return name.equals("id") || name.endsWith("Id");
    }

    private static boolean isTime(String name) {
        return name.endsWith("At") || TIMES.contains(name);
    }

    /** The id of a refund by which a void gives back follows from its payment's, so that nobody gives back twice. */
    private static boolean isOfAVoid(JsonNode node, String name) {
        return name.equals("id") && node.path("reason").asText().startsWith("void:");
    }
}
