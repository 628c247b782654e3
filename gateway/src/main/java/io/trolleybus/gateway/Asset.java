package io.trolleybus.gateway;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file that is served as it is, compressed beforehand. Only such files are compressed: an answer that holds a secret
 * beside text of the client's choice would tell the secret by its length (the BREACH attack).
 *
 * @param gzipped null if that would not be shorter
 * @param digest of the content, for its entity tags
 */
record Asset(String contentType, Buffer content, @Nullable Buffer gzipped, String digest) {
    private static final Pattern GZIP = Pattern.compile(
            "(?:^|,)\\s*gzip\\s*(?:;\\s*q\\s*=\\s*(?:1(?:\\.0*+)?|0?\\.0*+[1-9][0-9]*+)\\s*)?(?:,|$)",
            Pattern.CASE_INSENSITIVE);
    private static final int DIGEST_BYTES = 16;

    static Asset of(String contentType, byte[] content) {
        byte[] compressed = gzip(content);
        return new Asset(
                contentType,
                Buffer.buffer(content),
                compressed.length < content.length ? Buffer.buffer(compressed) : null,
                digest(content));
    }

    private static byte[] gzip(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var compressing = new GZIPOutputStream(bytes)) {
            compressing.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written to", e);
        }
        return bytes.toByteArray();
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** In the form that the client takes; 304 if it has that already. */
    Answer answer(Exchange exchange, String cacheControl) {
        String accepted = exchange.header("Accept-Encoding");
        Buffer compressed = accepted != null && GZIP.matcher(accepted).find() ? gzipped : null;
        // Each form has a tag of its own (RFC 9110, section 8.8.3).
        String tag = '"' + digest + (compressed == null ? "" : "-gzip") + '"';
        Answer answer = EntityTags.matches(exchange.header("If-None-Match"), tag)
                ? Answer.empty(304)
                : Answer.of(contentType, compressed == null ? content : compressed);
        Answer tagged = answer.with(Answer.ETAG, tag)
                .with(Answer.CACHE_CONTROL, cacheControl)
                .with("Vary", "Accept-Encoding");
        return compressed == null || answer.body() == null ? tagged : tagged.with("Content-Encoding", "gzip");
    }
}
