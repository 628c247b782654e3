package io.trolleybus.provider;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One line of the ledger: a group of entries that were forced to disk together.
 *
 * <p>A group is a single line so that a write torn by a power failure, whichever of its pages arrived, can only ever
 * spoil the last line. The line is plain JSON whose last member is the CRC-32C of the bytes before it:
 * {@code {"sequence":7,"entries":[…],"crc":"0badcafe"}}.
 */
record LedgerLine(long sequence, List<LedgerEntry> entries) {
    private static final String CRC_MEMBER = ",\"crc\":\"";
    private static final String CRC_END = "\"}";
    private static final int CRC_BYTES = CRC_MEMBER.length() + 8 + CRC_END.length();

    /** The line's bytes with its line feed. */
    byte[] encode() {
        JsonArray list = new JsonArray();
        entries.forEach(entry -> list.add(entry.toJson()));
        String json =
                new JsonObject().put("sequence", sequence).put("entries", list).encode();
        String open = json.substring(0, json.length() - 1);
        String crc = crcOf(open.getBytes(StandardCharsets.UTF_8));
        return (open + CRC_MEMBER + crc + CRC_END + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a line without its line feed.
     *
     * @throws IllegalArgumentException when the line is not what was written, saying how
     */
    static LedgerLine decode(byte[] line) {
        int bodyBytes = line.length - CRC_BYTES;
        if (bodyBytes <= 0) {
            throw new IllegalArgumentException("too short");
        }
        String tail = new String(line, bodyBytes, CRC_BYTES, StandardCharsets.UTF_8);
        byte[] body = Arrays.copyOf(line, bodyBytes);
        if (!tail.equals(CRC_MEMBER + crcOf(body) + CRC_END)) {
            throw new IllegalArgumentException("checksum differs");
        }
        JsonObject json = new JsonObject(Buffer.buffer(line));
        List<LedgerEntry> entries = json.getJsonArray("entries").stream()
                .map(entry -> LedgerEntry.fromJson((JsonObject) entry))
                .toList();
        return new LedgerLine(json.getLong("sequence"), entries);
    }

    private static String crcOf(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        String hex = Long.toHexString(crc.getValue());
        return "0".repeat(8 - hex.length()) + hex;
    }
}
