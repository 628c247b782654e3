package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.model.Money;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PayloadTest {
    private static final Parcel PARCEL = new Parcel(
            new UUID(1, 2),
            List.of(new Item("A \"quoted\" ☂", 2)),
            Set.of("x"),
            new Money(1999, "EUR"),
            Instant.parse("2026-01-02T03:04:05.123456Z"),
            null);

    private record Item(String sku, int quantity) {}

    private record Parcel(
            UUID id,
            List<Item> items,
            Set<String> tags,
            Money price,
            Instant at,
            @Nullable String note) {}

    /** What the receiver's process gets, between whatever else is on the wire. */
    private static Payload overTheWire(Payload sent) {
        var codec = new PayloadCodec();
        Buffer wire = Buffer.buffer("before");
        codec.encodeToWire(wire, sent);
        wire.appendString("after");
        return codec.decodeFromWire("before".length(), wire);
    }

    @Test
    void insideAProcessARecordIsHandedOver() {
        assertThat(Payload.of(PARCEL).as(Parcel.class)).isSameAs(PARCEL);
    }

    @Test
    void betweenProcessesARecordArrivesAsItWas() {
        assertThat(overTheWire(Payload.of(PARCEL)).as(Parcel.class)).isEqualTo(PARCEL);
    }

    @Test
    void whatIsPassedOnUnreadArrivesAsItWas() {
        assertThat(overTheWire(overTheWire(Payload.of(PARCEL))).as(Parcel.class))
                .isEqualTo(PARCEL);
    }

    @Test
    void aResultArrivesAsAResult() {
        Reply<Parcel> reply = Reply.done(PARCEL);

        assertThat(Payload.of(reply).asReply(Parcel.class)).isSameAs(reply);
        assertThat(overTheWire(Payload.of(reply)).asReply(Parcel.class)).isEqualTo(reply);
    }

    @Test
    void aRefusalArrivesAsARefusal() {
        Reply<Parcel> reply =
                Reply.refused(new Refusal("out-of-stock", "none left", Map.of("sku", "A", "available", 3)));

        assertThat(overTheWire(Payload.of(reply)).asReply(Parcel.class)).isEqualTo(reply);
    }

    @Test
    void onTheWireAReplyNamesItsKind() {
        assertThat(new JsonObject(Payload.of(Reply.done(new Item("A", 1))).toJson()))
                .isEqualTo(new JsonObject("{\"result\":{\"sku\":\"A\",\"quantity\":1}}"));
        assertThat(new JsonObject(Payload.of(Reply.refused("code", "detail")).toJson()))
                .isEqualTo(new JsonObject("{\"refusal\":{\"code\":\"code\",\"detail\":\"detail\",\"facts\":{}}}"));
    }

    @Test
    void aJsonObjectOfAnotherLanguageIsUnderstood() {
        var body = new JsonObject().put("sku", "A").put("quantity", 2).put("unknown", "ignored");

        assertThat(Payload.from(body).as(Item.class)).isEqualTo(new Item("A", 2));
    }

    @Test
    void whatIsNoSuchRecordIsRefused() {
        assertThatThrownBy(() -> Payload.from("text")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Payload.from(null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        Payload.from(new JsonObject().put("quantity", "many")).as(Item.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Item");
        assertThatThrownBy(() ->
                        Payload.from(new JsonObject().put("currency", "euro")).as(Money.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> overTheWire(Payload.of(PARCEL)).as(Money.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theCodecIsRegisteredOnce() {
        Vertx vertx = Vertx.vertx();
        PayloadCodec.register(vertx);

        assertThatThrownBy(() -> PayloadCodec.register(vertx)).isInstanceOf(IllegalStateException.class);
        vertx.close();
    }
}
