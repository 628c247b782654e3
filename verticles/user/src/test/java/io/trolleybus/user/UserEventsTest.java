package io.trolleybus.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.Json;
import io.trolleybus.journal.EventTypes.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserEventsTest {
    private static final Path GOLDEN = Path.of("..", "..", "shared-model", "golden", "user");

    @Test
    void everyVersionOfEveryEventHasAGoldenFileThatIsReadAndWrittenAlike() throws IOException {
        for (String name : UserEvents.TYPES.names()) {
            int current = UserEvents.TYPES.currentVersion(name);
            for (int version = 1; version <= current; version++) {
                String golden = Files.readString(GOLDEN.resolve(name + ".v" + version + ".json"));

                Stored written = UserEvents.TYPES.store(UserEvents.TYPES.read(new Stored(name, version, golden)));

                assertThat(written.type()).isEqualTo(name);
                if (version == current) {
                    assertThat(Json.MAPPER.readTree(written.data())).isEqualTo(Json.MAPPER.readTree(golden));
                }
            }
        }
    }

    @Test
    void everyGoldenFileIsOfAnEventThatIsStillKnown() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .map(file -> file.substring(0, file.indexOf('.')))
                    .distinct()
                    .toList();

            assertThat(names).containsExactlyInAnyOrderElementsOf(UserEvents.TYPES.names());
        }
    }
}
