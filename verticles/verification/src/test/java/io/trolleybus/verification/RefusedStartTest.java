package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be started says in one line why not. */
@Tag("platform")
@DisabledIfSystemProperty(named = RemotePlatform.GATEWAYS, matches = ".+", disabledReason = "it was started elsewhere")
final class RefusedStartTest {

    @Test
    void aTakenPortIsNamed() throws IOException {
        Launch launch = fresh("taken-port");
        try (ServerSocket stranger = Ports.take(launch.ports().http())) {
            new Refusal(launch).names(Integer.toString(stranger.getLocalPort()));
        }
    }

    @Test
    void aDataDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Path file = PlatformProcess.freshDirectory("no-directory");
        Files.writeString(file, "a file stands where a directory should be made");
        String inside = file.resolve("data").toString();

        new Refusal(Launch.on(file).with("TROLLEYBUS_DATA_DIR", inside)).names(file.toString());
    }

    @Test
    void aDirectoryOfSomebodyElsesIsNamedAndLeftAsItIs() throws IOException {
        Path directory = Files.createDirectory(PlatformProcess.freshDirectory("photographs"));
        Path photograph = Files.writeString(directory.resolve("photograph"), "a trolleybus");

        new Refusal(fresh("reset")
                        .with("TROLLEYBUS_DATA_DIR", directory.toString())
                        .withArguments("--reset"))
                .names(directory.toString());

        assertThat(photograph).hasContent("a trolleybus");
    }

    @ParameterizedTest
    @CsvSource({
        "TROLLEYBUS_HTPP_PORT, 8080",
        "TROLLEYBUS_HTTP_PORT, eighty",
        "TROLLEYBUS_HTTP_PORT, 70000",
        "TROLLEYBUS_POSTGRES_PORT, -1"
    })
    void aSettingThatMakesNoSenseIsNamed(String variable, String value) {
        new Refusal(fresh("setting").with(variable, value)).names(variable);
    }

    @Test
    void anUnknownKeyInTheConfigurationIsNamed() throws IOException {
        Launch launch = fresh("configuration");
        Path file = launch.dataDir().resolveSibling("trolleybus.yaml");
        Files.writeString(file, "http:\n  prot: 8080\n");

        new Refusal(launch.withArguments("--config", file.toString())).names("http.prot");
    }

    @Test
    void anUnknownArgumentIsNamed() {
        new Refusal(fresh("argument").withArguments("--rest")).names("--rest");
    }

    private static Launch fresh(String name) {
        return Launch.on(PlatformProcess.freshDirectory(name));
    }
}
