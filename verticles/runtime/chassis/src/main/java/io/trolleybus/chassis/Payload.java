package io.trolleybus.chassis;

import com.fasterxml.jackson.databind.JsonNode;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The body of a bus message. Inside one process it is the immutable record itself, handed over without a copy; between
 * processes it is that record as JSON, read when the receiver says as what.
 */
public final class Payload {
    private final @Nullable Object value;
    private final @Nullable Buffer json;

    private Payload(@Nullable Object value, @Nullable Buffer json) {
        this.value = value;
        this.json = json;
    }

    /** @param value a record or a {@link Reply}; immutable, since the receiver may get this very object */
    public static Payload of(Object value) {
        return new Payload(value, null);
    }

    static Payload ofJson(Buffer json) {
        return new Payload(null, json);
    }

    /**
     * The payload of any message body we understand.
     *
     * @param body a {@link Payload}, or a {@link JsonObject} from a member written in another language
     * @throws IllegalArgumentException on anything else
     */
    static Payload from(@Nullable Object body) {
        if (body instanceof Payload payload) {
            return payload;
        }
        if (body instanceof JsonObject object) {
            return ofJson(object.toBuffer());
        }
        throw new IllegalArgumentException("a message body must be a JSON object");
    }

    /** @throws IllegalArgumentException if this is not such a record */
    public <T> T as(Class<T> type) {
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        return Json.read(toJson().toString(), type);
    }

    /** @throws IllegalArgumentException if this is neither a refusal nor such a result */
    @SuppressWarnings("unchecked") // Inside one process the sender's declared type is the receiver's.
    public <T> Reply<T> asReply(Class<T> type) {
        if (value instanceof Reply<?> reply) {
            return (Reply<T>) reply;
        }
        try {
            JsonNode node = Json.MAPPER.readTree(toJson().getBytes());
            if (node.hasNonNull("refusal")) {
                return Reply.refused(Json.MAPPER.treeToValue(node.get("refusal"), Refusal.class));
            }
            return Reply.done(Json.MAPPER.treeToValue(node.path("result"), type));
        } catch (IOException e) {
            throw new IllegalArgumentException("not a reply with a " + type.getSimpleName(), e);
        }
    }

    Buffer toJson() {
        if (json != null) {
            return json;
        }
        return Buffer.buffer(Json.write(value == null ? "null" : value));
    }
}
