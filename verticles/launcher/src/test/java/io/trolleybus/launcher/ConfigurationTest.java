package io.trolleybus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigurationTest {
    @TempDir
    Path directory;

    @Test
    void theDocumentedFileHoldsTheDefaults() {
        AllInOneSettings settings = AllInOneSettings.from(Configuration.load(Map.of(), Map.of(), null), directory);

        assertThat(settings.http()).isEqualTo(new Listener("http.port", "127.0.0.1", 8080));
        assertThat(settings.backing().postgres()).isEqualTo(new PostgresPort(54329, false));
        assertThat(settings.backing().dataDirectory()).isEqualTo(directory.resolve(".trolleybus"));
    }

    @Test
    void theStrongestSourceWins() throws Exception {
        Path file = write("http: {port: 1001}\nprovider: {port: 1001}\nmanagement: {port: 1001}\n");
        Map<String, String> environment = Map.of("TROLLEYBUS_HTTP_PORT", "1002", "TROLLEYBUS_PROVIDER_PORT", "1002");

        Configuration configuration = Configuration.load(Map.of("http.port", "1003"), environment, file);

        assertThat(configuration.text("http.port")).isEqualTo("1003");
        assertThat(configuration.text("provider.port")).isEqualTo("1002");
        assertThat(configuration.text("management.port")).isEqualTo("1001");
        assertThat(configuration.isExplicit("management.port")).isTrue();
        assertThat(configuration.isExplicit("postgres.port")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void aVariableMayNameAFileThatHoldsTheValueAndALineBreak(String lineBreak) throws Exception {
        Path file = Files.writeString(directory.resolve("secret"), " a secret\twith space " + lineBreak);

        assertThat(fromFile("CLUSTER_SECRET", file).text("cluster.secret")).isEqualTo(" a secret\twith space ");
    }

    @Test
    void whatStandsInTheFileIsTakenAsItIsButForTheLastLineBreak() throws Exception {
        Path file = Files.writeString(directory.resolve("secret"), "two\nlines\n\n");

        assertThat(fromFile("CLUSTER_SECRET", file).text("cluster.secret")).isEqualTo("two\nlines\n");
    }

    @Test
    void aKeyThatIsSetByItsVariableAndByAFileIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("port"), "1004");
        Map<String, String> both = Map.of("TROLLEYBUS_HTTP_PORT", "1005", "TROLLEYBUS_HTTP_PORT_FILE", file.toString());

        assertThatThrownBy(() -> Configuration.load(Map.of(), both, null))
                .isInstanceOf(StartupFailure.class)
                .hasMessage("http.port is set twice, by TROLLEYBUS_HTTP_PORT and by TROLLEYBUS_HTTP_PORT_FILE");
    }

    /** Whoever puts the secret itself where its file should be named must not find it in the log. */
    @ParameterizedTest
    @ValueSource(strings = {"no-such-file-but-a-secret", "a \0 secret", "."})
    void aFileThatCannotBeReadIsToldByItsKeyAndNotRepeated(String path) {
        Map<String, String> environment = Map.of("TROLLEYBUS_CLUSTER_SECRET_FILE", path);

        assertThatThrownBy(() -> Configuration.load(Map.of(), environment, null))
                .isInstanceOf(StartupFailure.class)
                .hasMessageStartingWith(
                        "cannot read the file that TROLLEYBUS_CLUSTER_SECRET_FILE names for cluster.secret: ")
                .hasMessageNotContaining("a secret")
                .hasMessageNotContaining("a-secret")
                .hasNoCause();
    }

    @Test
    void aFileThatIsNotTextOrTooLargeIsRefused() throws Exception {
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xc3, (byte) 0x28});
        Path large = Files.write(directory.resolve("large"), new byte[64 * 1024 + 1]);

        assertThatThrownBy(() -> fromFile("CLUSTER_SECRET", binary)).hasMessageEndingWith(": it is not UTF-8");
        assertThatThrownBy(() -> fromFile("CLUSTER_SECRET", large)).hasMessageEndingWith(": it is larger than 64 KiB");
    }

    @Test
    void anImpossibleValueFromAFileIsNotRepeated() throws Exception {
        Path file = Files.writeString(directory.resolve("wrong"), "a secret");
        Configuration configuration = fromFile("HTTP_PORT", file);

        assertThatThrownBy(() -> AllInOneSettings.from(configuration, directory))
                .hasMessage("http.port must be a whole number from 1 to 65535 (from TROLLEYBUS_HTTP_PORT_FILE)");
    }

    private static Configuration fromFile(String variable, Path file) {
        return Configuration.load(Map.of(), Map.of("TROLLEYBUS_" + variable + "_FILE", file.toString()), null);
    }

    @Test
    void theFileMayBeNamedByTheEnvironment() throws Exception {
        Map<String, String> environment =
                Map.of("TROLLEYBUS_CONFIG", write("http: {port: 1005}").toString(), "PORT", "1006");

        assertThat(Configuration.load(Map.of(), environment, null).text("http.port"))
                .isEqualTo("1006");
    }

    @ParameterizedTest
    @CsvSource({"http.prot", "http", "https.port"})
    void anUnknownKeyIsNamed(String key) throws Exception {
        Path file = write(key.replace(".", ":\n  ") + ": 1\n");

        assertThatThrownBy(() -> Configuration.load(Map.of(), Map.of(), file))
                .isInstanceOf(StartupFailure.class)
                .hasMessage("unknown configuration key " + key + " in " + file);
    }

    @Test
    void anUnknownVariableIsNamed() {
        assertThatThrownBy(() -> Configuration.load(Map.of(), Map.of("TROLLEYBUS_HTTP_PROT", "1"), null))
                .isInstanceOf(StartupFailure.class)
                .hasMessage("unknown environment variable TROLLEYBUS_HTTP_PROT");
    }

    @ParameterizedTest
    @CsvSource({
        "http.port, 0",
        "http.port, 65536",
        "postgres.port, many",
        "http.host, ''",
        "inventory.low-stock-threshold, -1",
        "user.key-rotation-hours, 0",
        "audit.period-seconds, 0",
        "audit.period-seconds, 21"
    })
    void anImpossibleValueIsNamedWithItsKeyAndSource(String key, String value) {
        Configuration configuration = Configuration.load(Map.of(key, value), Map.of(), null);

        assertThatThrownBy(() -> AllInOneSettings.from(configuration, directory))
                .isInstanceOf(StartupFailure.class)
                .hasMessageStartingWith(key + " must be ")
                .hasMessageEndingWith("not '" + value + "' (from the command line)");
    }

    @ParameterizedTest
    @CsvSource({
        "gateway.oidc.issuer, http://id.example.org, gateway.oidc.issuer must be a URL with https",
        "gateway.oidc.issuer, https://id.example.org, gateway.oidc.audience must be set"
    })
    void anIssuerWhoseTokensCannotBeTrustedStopsTheStart(String key, String value, String message) {
        Configuration configuration = Configuration.load(Map.of(key, value), Map.of(), null);

        assertThatThrownBy(() -> AllInOneSettings.from(configuration, directory))
                .isInstanceOf(StartupFailure.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({"'http: {port: 1', line 1", "'http: {port: 1}\nhttp: {port: 2}', line 2", "just a word, must hold"})
    void aFileThatDoesNotReadIsNamedWithItsLine(String text, String expected) throws Exception {
        Path file = write(text);

        assertThatThrownBy(() -> Configuration.load(Map.of(), Map.of(), file))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(expected)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> Configuration.load(Map.of(), Map.of(), directory.resolve("none.yaml")))
                .hasMessageContaining("none.yaml does not exist");
    }

    private Path write(String yaml) throws Exception {
        return Files.writeString(directory.resolve("given.yaml"), yaml);
    }
}
