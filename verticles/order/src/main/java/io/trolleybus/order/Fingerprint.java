package io.trolleybus.order;

import io.trolleybus.chassis.Json;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Tells whether two commands under one Idempotency-Key mean the same: SHA-256 of what was parsed. */
final class Fingerprint {
    private Fingerprint() {}

    static Buffer of(PlaceOrder command) {
        var meaning = new StringBuilder(command.paymentToken());
        for (LineRequest line : command.lines()) {
            meaning.append('\n').append(line.sku()).append('\t').append(line.quantity());
        }
        return sha256(meaning.toString());
    }

    /** Of any other command: whatever it says. */
    static Buffer ofAll(Record command) {
        return sha256(command.getClass().getSimpleName() + Json.write(command));
    }

    private static Buffer sha256(String meaning) {
        try {
            byte[] bytes = meaning.getBytes(StandardCharsets.UTF_8);
            return Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
