package io.trolleybus.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.Json;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.journal.EventTypes.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InventoryEventsTest {
    private static final Path GOLDEN = Path.of("../../shared-model/golden/inventory");

    static Stream<String> names() {
        return InventoryEvents.TYPES.names().stream();
    }

    private static Path golden(String name, int version) {
        return GOLDEN.resolve(name + ".v" + version + ".json");
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatIsInAJournalReadsAndWritesTheSame(String name) throws IOException {
        int version = InventoryEvents.TYPES.currentVersion(name);
        String stored = Files.readString(golden(name, version));

        InventoryEvent event = InventoryEvents.TYPES.read(new Stored(name, version, stored));
        Stored again = InventoryEvents.TYPES.store(event);

        assertThat(again.type()).isEqualTo(name);
        assertThat(again.schemaVersion()).isEqualTo(version);
        assertThat(Json.MAPPER.readTree(again.data())).isEqualTo(Json.MAPPER.readTree(stored));
    }

    @Test
    void everyGoldenFileBelongsToAnEvent() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .map(file -> file.substring(0, file.indexOf('.')))
                    .distinct()
                    .toList();

            assertThat(names).containsExactlyInAnyOrderElementsOf(InventoryEvents.TYPES.names());
        }
    }
}
