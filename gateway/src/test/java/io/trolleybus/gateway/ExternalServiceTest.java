package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.chassis.Settings;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalServiceTest {
    @Test
    void services_are_named_with_where_they_are() {
        var settings =
                new Settings(Map.of(ExternalService.KEY, "reports=http://10.0.0.9:9000/base, files=https://[::1]"));

        assertThat(ExternalService.from(settings))
                .containsExactly(
                        new ExternalService("reports", URI.create("http://10.0.0.9:9000/base")),
                        new ExternalService("files", URI.create("https://[::1]")));
        assertThat(ExternalService.from(new Settings(Map.of()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"reports", "Reports=http://a", "reports=ftp://a", "r=http://", "r=http://a?b", "r=http://a/../b"
            })
    void a_service_that_cannot_be_reached_so_stops_the_start(String unfit) {
        assertThatThrownBy(() -> ExternalService.from(new Settings(Map.of(ExternalService.KEY, unfit))))
                .hasMessage(ExternalService.KEY + " must be like reports=http://10.0.0.9:9000, not '" + unfit + "'");
    }
}
