package io.trolleybus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {
    @TempDir
    Path parent;

    @Test
    void oneProcessOwnsItUntilItCloses() {
        Path path = parent.resolve("data");
        try (DataDirectory first = DataDirectory.open(path)) {
            assertThatThrownBy(() -> DataDirectory.open(path).close())
                    .isInstanceOf(StartupFailure.class)
                    .hasMessageContaining("another Trolleybus is running on " + first.root());
        }
        DataDirectory.open(path).close();
    }

    @Test
    void aDirectoryWithSomethingElseInItIsLeftAlone() throws Exception {
        Path precious = Files.writeString(parent.resolve("thesis.txt"), "precious");

        assertThatThrownBy(() -> DataDirectory.open(parent).close())
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("not a Trolleybus data directory");
        assertThat(precious).hasContent("precious");
    }

    @Test
    void wipingLeavesAnEmptyDirectoryThatIsStillOurs() throws Exception {
        Path path = parent.resolve("data");
        Path outside = Files.writeString(parent.resolve("outside.txt"), "kept");
        try (DataDirectory data = DataDirectory.open(path)) {
            Files.writeString(data.provider().resolve("ledger.jsonl"), "old");
            Files.createSymbolicLink(data.provider().resolve("link"), outside);

            data.wipe();

            assertThat(data.provider()).isEmptyDirectory();
            assertThatThrownBy(() -> DataDirectory.open(path).close()).hasMessageContaining("another Trolleybus");
        }
        assertThat(outside).hasContent("kept");
    }

    @Test
    void secretsAreMadeOnce() {
        try (DataDirectory data = DataDirectory.open(parent.resolve("data"))) {
            String first = data.secrets().get("first");
            assertThat(first)
                    .hasSizeGreaterThanOrEqualTo(32)
                    .isNotEqualTo(data.secrets().get("second"));
            assertThat(data.secrets().get("first")).isEqualTo(first);
        }
    }
}
