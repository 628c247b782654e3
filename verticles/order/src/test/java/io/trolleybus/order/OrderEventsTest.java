package io.trolleybus.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.Json;
import io.trolleybus.journal.EventTypes.Stored;
import io.trolleybus.order.domain.OrderEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every event ever written must still be read, and what is written today must be what the golden files say. */
class OrderEventsTest {
    private static final Path GOLDEN = Path.of("..", "..", "shared-model", "golden", "order");

    /** A file named {@code <Type>.v<version>.json}. */
    private record Golden(String type, int version, Path path) {
        static Golden of(Path path) {
            List<String> parts = List.of(path.getFileName().toString().split("\\."));
            return new Golden(parts.get(0), Integer.parseInt(parts.get(1).substring(1)), path);
        }

        String json() throws IOException {
            return Files.readString(path);
        }

        @Override
        public String toString() {
            return type + " version " + version;
        }
    }

    static List<Golden> golden() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.map(Golden::of).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("golden")
    void whatWasEverStoredIsRead(Golden golden) throws IOException {
        OrderEvent event = OrderEvents.TYPES.read(new Stored(golden.type, golden.version, golden.json()));

        assertThat(OrderEvents.TYPES.store(event).type()).isEqualTo(golden.type);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void whatIsStoredTodayIsTheNewestGoldenFile(Golden golden) throws IOException {
        if (golden.version == OrderEvents.TYPES.currentVersion(golden.type)) {
            OrderEvent event = OrderEvents.TYPES.read(new Stored(golden.type, golden.version, golden.json()));
            Stored stored = OrderEvents.TYPES.store(event);

            assertThat(stored.schemaVersion()).isEqualTo(golden.version);
            assertThat(Json.MAPPER.readTree(stored.data())).isEqualTo(Json.MAPPER.readTree(golden.json()));
        }
    }

    @Test
    void everyVersionOfEveryTypeHasItsFile() throws IOException {
        Set<String> expected = OrderEvents.TYPES.names().stream()
                .flatMap(name -> Stream.iterate(1, version -> version + 1)
                        .limit(OrderEvents.TYPES.currentVersion(name))
                        .map(version -> name + " version " + version))
                .collect(Collectors.toSet());

        assertThat(golden().stream().map(Golden::toString)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void everyEventHasAWireName() {
        assertThat(OrderEvents.TYPES.names())
                .hasSameSizeAs(kinds(OrderEvent.class).toList());
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(OrderEventsTest::kinds)
                : Stream.of(type);
    }
}
