package io.trolleybus.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;

/** The same UUID for the same name, of which it tells nothing. Source: RFC 9562, appendix B.2 (version 8, SHA-256). */
final class NameBasedUuid {
    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private NameBasedUuid() {}

    static UUID of(UUID namespace, String name) {
        MessageDigest digest = Tokens.sha256();
        digest.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(namespace.getMostSignificantBits())
                .putLong(namespace.getLeastSignificantBits())
                .flip());
        var hash = ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8)));
        return new UUID((hash.getLong() & ~0xf000L) | VERSION_8, (hash.getLong() & ~(3L << 62)) | VARIANT);
    }
}
