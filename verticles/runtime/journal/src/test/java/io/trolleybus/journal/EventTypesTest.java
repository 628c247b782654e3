package io.trolleybus.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trolleybus.journal.EventTypes.Stored;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventTypesTest {
    private sealed interface Event {}

    private record Opened(String owner, String currency) implements Event {}

    private record Closed() implements Event {}

    private record Unknown() implements Event {}

    private final EventTypes<Event> types = new EventTypes<Event>()
            .add("Opened", Opened.class, List.of(EventTypesTest::renameName, EventTypesTest::addCurrency))
            .add("Closed", Closed.class);

    private static ObjectNode renameName(ObjectNode event) {
        event.set("owner", event.remove("name"));
        return event;
    }

    private static ObjectNode addCurrency(ObjectNode event) {
        return event.put("currency", "EUR");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1 | {"name":"Ann"}
                    2 | {"owner":"Ann"}
                    3 | {"owner":"Ann","currency":"EUR"}
                    3 | {"owner":"Ann","currency":"EUR","addedLater":true}
                    """)
    void everyVersionIsReadAsTheNewest(int version, String data) {
        assertThat(types.read(new Stored("Opened", version, data))).isEqualTo(new Opened("Ann", "EUR"));
    }

    @Test
    void anEventIsStoredInItsNewestVersion() {
        var opened = new Opened("Ann", "CHF");

        assertThat(types.store(opened)).isEqualTo(new Stored("Opened", 3, "{\"owner\":\"Ann\",\"currency\":\"CHF\"}"));
        assertThat(types.read(types.store(opened))).isEqualTo(opened);
        assertThat(types.store(new Closed())).isEqualTo(new Stored("Closed", 1, "{}"));
    }

    @Test
    void versionsAreCounted() {
        assertThat(types.currentVersion("Opened")).isEqualTo(3);
        assertThat(types.currentVersion("Closed")).isEqualTo(1);
        assertThat(types.names()).containsExactly("Opened", "Closed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Opened  | 4 | {}          | newer
                    Opened  | 0 | {}          | version 0
                    Opened  | 1 | not json    | not JSON
                    Opened  | 3 | ["a list"]  | Opened
                    Opened  | 1 | ["a list"]  | Opened
                    Melted  | 1 | {}          | Melted
                    """)
    void whatCannotBeReadIsNamed(String type, int version, String data, String named) {
        assertThatThrownBy(() -> types.read(new Stored(type, version, data)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @Test
    void anEventWithoutAWireNameIsNotStored() {
        assertThatThrownBy(() -> types.store(new Unknown()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Unknown");
    }

    @Test
    void aNameOrAClassIsAddedOnce() {
        assertThatThrownBy(() -> types.add("Opened", Unknown.class)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> types.add("Shut", Closed.class)).isInstanceOf(IllegalArgumentException.class);
    }
}
