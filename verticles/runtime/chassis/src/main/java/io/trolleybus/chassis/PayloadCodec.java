package io.trolleybus.chassis;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Carries a {@link Payload}: by reference inside a process, as length-prefixed JSON between processes. */
final class PayloadCodec implements MessageCodec<Payload, Payload> {
    static final String NAME = "trolleybus";

    PayloadCodec() {}

    /** To be called once for each Vert.x instance. */
    static void register(Vertx vertx) {
        vertx.eventBus().registerDefaultCodec(Payload.class, new PayloadCodec());
    }

    @Override
    public void encodeToWire(Buffer wire, Payload payload) {
        Buffer json = payload.toJson();
        wire.appendInt(json.length()).appendBuffer(json);
    }

    @Override
    public Payload decodeFromWire(int position, Buffer wire) {
        int start = position + Integer.BYTES;
        return Payload.ofJson(wire.getBuffer(start, start + wire.getInt(position)));
    }

    @Override
    public Payload transform(Payload payload) {
        return payload;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
