package io.trolleybus.verification;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A message of protocol buffers, as far as reading OTLP needs it: the fields that are messages, texts or bytes. The
 * encoding is that of protobuf.dev/programming-guides/encoding.
 */
record Protobuf(List<Field> fields) {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    record Field(int number, ByteBuffer value) {}

    static Protobuf parse(byte[] bytes) {
        return parse(ByteBuffer.wrap(bytes));
    }

    private static Protobuf parse(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            long tag = varint(in);
            switch ((int) (tag & 7)) {
                case VARINT -> varint(in);
                case FIXED_64 -> in.getLong();
                case FIXED_32 -> in.getInt();
                case LENGTH_DELIMITED -> {
                    int length = (int) varint(in);
                    fields.add(new Field((int) (tag >>> 3), in.slice(in.position(), length)));
                    in.position(in.position() + length);
                }
                default -> throw new IllegalArgumentException("no protocol buffer");
            }
        }
        return new Protobuf(fields);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte part = in.get();
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("no protocol buffer");
    }

    /** Every message with this field number. */
    List<Protobuf> messages(int number) {
        return fields.stream()
                .filter(field -> field.number == number)
                .map(field -> parse(field.value))
                .toList();
    }

    /** The bytes in hexadecimal digits, none if the field is not there. */
    String hex(int number) {
        return first(number)
                .map(value -> {
                    byte[] bytes = new byte[value.remaining()];
                    value.get(bytes);
                    return HexFormat.of().formatHex(bytes);
                })
                .orElse("");
    }

    String text(int number) {
        return first(number)
                .map(value -> StandardCharsets.UTF_8.decode(value).toString())
                .orElse("");
    }

    private Optional<ByteBuffer> first(int number) {
        return fields.stream()
                .filter(field -> field.number == number)
                .map(field -> field.value.duplicate())
                .findFirst();
    }
}
