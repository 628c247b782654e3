package io.trolleybus.order.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.UuidV7;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderNumberTest {
    @ParameterizedTest
    @CsvSource({
        "00000000-0000-7000-8000-000000000000, 0000-0000-0000",
        "00000000-0000-7000-8000-000000000001, 0000-0000-0001",
        "00000000-0000-7000-8000-00000000001f, 0000-0000-000Z",
        "00000000-0000-7000-8000-000000000020, 0000-0000-0010",
        "ffffffff-ffff-7fff-8fff-ffffffffffff, ZZZZ-ZZZZ-ZZZZ",
        "01931d7a-7c00-7000-8123-456789abcdef, 28T5-CY4T-QKFF",
    })
    void aNumberIsTheRandomEndOfTheId(UUID id, String number) {
        assertThat(OrderNumber.of(id)).isEqualTo(number);
    }

    @Test
    void ordersOfOneMillisecondHaveDifferentNumbers() {
        var ids = new UuidV7(InstantSource.fixed(Instant.EPOCH), new Random(1));

        assertThat(Stream.generate(ids).limit(10_000).map(OrderNumber::of).distinct())
                .hasSize(10_000)
                .allMatch(number -> number.matches("[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}"));
    }
}
