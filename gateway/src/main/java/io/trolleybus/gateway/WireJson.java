package io.trolleybus.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.trolleybus.chassis.Json;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.OrderMessages.HistoryItem;
import io.trolleybus.model.OrderMessages.Rejection;
import io.vertx.core.buffer.Buffer;

/** JSON between us and clients: written as the contract says, read with suspicion. */
final class WireJson {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER_CHARS = 40;

    /** Far above what any valid body has; it bounds the errors that a hostile one can cause. */
    private static final int MAX_TOKENS = 10_000;

    private static final ObjectMapper WRITER = Json.MAPPER
            .copy()
            .addMixIn(HistoryItem.class, EmbeddedData.class)
            .addMixIn(Rejection.class, WithoutNulls.class)
            .addMixIn(AuditFinding.class, WithoutNulls.class);

    /** Reads bodies; numbers with a fraction are not integers, and nothing is said twice. */
    static final ObjectMapper READER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_CHARS)
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    /** An event's data is JSON already. */
    @SuppressWarnings("UnusedMethod") // Jackson finds it by name.
    private interface EmbeddedData {
        @JsonRawValue
        String data();
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private interface WithoutNulls {}

    private WireJson() {}

    /** @throws IllegalArgumentException if the value cannot be written, which is a bug of its class */
    static Buffer write(Object value) {
        try {
            return Buffer.buffer(WRITER.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write " + value.getClass().getName() + " as JSON", e);
        }
    }
}
