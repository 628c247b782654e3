package io.trolleybus.chassis;

import io.trolleybus.model.Principal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals who sends a message on whose behalf, so that a receiver can trust it without verifying the user's token again:
 * HMAC-SHA256 over sender, principal, roles, address, message id and expiry, with a key per sender that is derived from
 * the platform's bus secret. For one thread, that which uses it first: an event loop.
 */
final class Seal {
    /** Longer than any deadline, so that a sealed message can be retried; short enough to be useless when it leaks. */
    static final long LIFETIME_MS = 120_000;

    private static final String ALGORITHM = "HmacSHA256";
    private static final char SEPARATOR = '\n';
    /** Senders are named by whoever sends, so that their keys are kept for so many only. */
    private static final int MAX_SENDERS = 64;

    private final byte[] secret;
    private final Map<String, Mac> macs = new HashMap<>();
    private final ByteBuffer fixed = ByteBuffer.allocate(3 * Long.BYTES);
    private @Nullable Thread owner;

    Seal(String secret) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** @return base64url text for the {@code seal} header */
    String seal(String sender, Principal principal, String address, UUID id, long expiryMs) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(sender, principal, address, id, expiryMs));
    }

    /** Whether the seal is the sender's own and not expired. */
    boolean verify(
            String seal, String sender, Principal principal, String address, UUID id, long expiryMs, long nowMs) {
        if (expiryMs < nowMs) {
            return false;
        }
        try {
            byte[] given = Base64.getUrlDecoder().decode(seal);
            return MessageDigest.isEqual(given, mac(sender, principal, address, id, expiryMs));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** Two threads would spoil each other's seals, and the receiver would be blamed. */
    private void requireOneThread() {
        Thread current = Thread.currentThread();
        if (owner == null) {
            owner = current;
        } else if (owner != current) {
            throw new IllegalStateException("a seal of " + owner.getName() + " is used by " + current.getName());
        }
    }

    private byte[] mac(String sender, Principal principal, String address, UUID id, long expiryMs) {
        requireOneThread();
        if (macs.size() >= MAX_SENDERS && !macs.containsKey(sender)) {
            macs.clear();
        }
        Mac mac = macs.computeIfAbsent(sender, this::macOf);
        mac.update(text(sender, principal, address));
        fixed.clear()
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putLong(expiryMs);
        return mac.doFinal(fixed.array());
    }

    private static byte[] text(String sender, Principal principal, String address) {
        var text = new StringBuilder(128).append(sender).append(SEPARATOR).append(principal.name());
        principal.roles().forEach(role -> text.append(',').append(role));
        return text.append(SEPARATOR)
                .append(address)
                .append(SEPARATOR)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private Mac macOf(String sender) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            byte[] key = mac.doFinal(sender.getBytes(StandardCharsets.UTF_8));
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
