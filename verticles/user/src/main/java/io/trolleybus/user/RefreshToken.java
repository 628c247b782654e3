package io.trolleybus.user;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A text that nobody can guess and that says nothing by itself. A plain hash protects it well enough in the database,
 * since unlike a password it cannot be found by trying.
 */
record RefreshToken(String text) {
    private static final int RANDOM_BYTES = 32;

    static RefreshToken random(SecureRandom random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new RefreshToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    Buffer hash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return Buffer.buffer(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Without the text, so that it can be logged. */
    @Override
    public String toString() {
        return "refresh token";
    }
}
