package io.trolleybus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.chassis.DatabaseSettings;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.cluster.MemberDiscovery;
import io.trolleybus.user.UserModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeSettingsTest {
    private static final String SECRET = "sixteen letters and more";

    /** @param variables of the environment without their prefix, and their values in turn */
    private static NodeSettings node(String services, String... variables) {
        Map<String, String> environment = new HashMap<>(Map.of("TROLLEYBUS_CLUSTER_SECRET", SECRET));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return NodeSettings.from(Configuration.load(Map.of("node.services", services), environment, null), environment);
    }

    @Test
    void aNodeIsToldItsServicesWithTheirDatabasesAndItsPlaceInTheCluster() {
        NodeSettings settings = node(
                "order, gateway",
                "TROLLEYBUS_NODE_NAME",
                "blue",
                "TROLLEYBUS_CLUSTER_MEMBERS",
                "10.0.0.7, 10.0.0.8:5702",
                "TROLLEYBUS_ORDER_DATABASE_URL",
                "postgresql://runner:s%40crate@db:6432/orders",
                "TROLLEYBUS_ORDER_DATABASE_OWNER_URL",
                "postgresql://owner:other@db:6432/orders");

        assertThat(settings.name()).isEqualTo("blue");
        assertThat(settings.modules()).extracting(ServiceModule::name).containsExactly("order");
        assertThat(settings.gateway()).isNotNull();
        assertThat(settings.databases())
                .containsOnlyKeys("order")
                .containsValue(new DatabaseSettings(
                        "db",
                        6432,
                        "orders",
                        "runner",
                        "s@crate",
                        new DatabaseSettings.Role("owner", "other"),
                        Platform.CONNECTIONS));
        assertThat(settings.member().cluster().discovery())
                .isEqualTo(new MemberDiscovery.Addresses(List.of("10.0.0.7", "10.0.0.8:5702")));
        assertThat(settings.toString() + settings.databases()).doesNotContain("s@crate", "other", SECRET);
    }

    @Test
    void membersMayBeFoundByDns() {
        NodeSettings settings = node("gateway", "TROLLEYBUS_CLUSTER_DNS", "trolleybus.default.svc");

        assertThat(settings.member().cluster().discovery())
                .isEqualTo(new MemberDiscovery.Dns("trolleybus.default.svc"));
    }

    @Test
    void theDatabaseOfANodeWithOneServiceMayBeNamedAsHostersDo() {
        NodeSettings settings = node("user", "DATABASE_URL", "postgres://a:b@db/users");

        assertThat(settings.databases().get("user").database()).isEqualTo("users");
        assertThat(settings.databases().get("user").owner()).isNull();
    }

    @Test
    void orByAFileSinceThereIsAPasswordInIt(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("url"), "postgres://a:b@db/users\n");

        NodeSettings settings = node("user", "DATABASE_URL_FILE", secret.toString());

        assertThat(settings.databases().get("user").database()).isEqualTo("users");
        assertThatThrownBy(() ->
                        node("user", "DATABASE_URL_FILE", secret.toString(), "DATABASE_URL", "postgres://a:b@db/users"))
                .hasMessage("DATABASE_URL is set twice, by DATABASE_URL and by DATABASE_URL_FILE");
    }

    @Test
    void butIsNotLookedForIfItIsNamedByItsOwnKey() {
        NodeSettings settings = node(
                "user",
                "TROLLEYBUS_USER_DATABASE_URL",
                "postgres://a:b@db/users",
                "DATABASE_URL_FILE",
                "/no/such/file");

        assertThat(settings.databases().get("user").database()).isEqualTo("users");
    }

    @ParameterizedTest
    @CsvSource({
        "'', node.services must be one or more of",
        "'order,orders', node.services must be one or more of",
        "user, user.database.url must be set",
        "'user,payment', user.database.url must be set",
    })
    void whatIsMissingIsNamed(String services, String message) {
        assertThatThrownBy(() -> node(services))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining(message);
    }

    @Test
    void aNodeRunsOneInstanceOfEachServiceUnlessToldOtherwise() {
        assertThat(node("gateway").instances()).isOne();
        assertThat(node("gateway", "TROLLEYBUS_NODE_INSTANCES", "2").instances())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "two", "", "100000"})
    void thereAreNoMoreInstancesThanEventLoops(String instances) {
        assertThatThrownBy(() -> node("gateway", "TROLLEYBUS_NODE_INSTANCES", instances))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining(
                        "node.instances must be a whole number from 1 to %d, not '%s'",
                        NodeRuntime.EVENT_LOOPS, instances);
    }

    @Test
    void aNameLeavesTheSlashToItsInstances() {
        assertThatThrownBy(() -> node("gateway", "TROLLEYBUS_NODE_NAME", "blue/2"))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("node.name must be without a slash");
    }

    @Test
    void paymentMustBeToldItsProvider() {
        assertThatThrownBy(() -> node("payment", "TROLLEYBUS_PAYMENT_DATABASE_URL", "postgresql://a:b@db/payments"))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("provider.url must be set");
    }

    @Test
    void aUrlThatCannotBeReadIsNotRepeatedForItHoldsAPassword() {
        assertThatThrownBy(() -> node("user", "TROLLEYBUS_USER_DATABASE_URL", "jdbc:oracle:thin:scott/tiger@db"))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("user.database.url must be like")
                .hasMessageNotContaining("tiger");
    }

    @Test
    void anOptionOfAUrlIsNotPassedOverInSilence() {
        assertThatThrownBy(() -> node(
                        "user",
                        "TROLLEYBUS_USER_DATABASE_URL",
                        "postgresql://a:b@db/users?sslmode=verify-full&sslpassword=tiger"))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("user.database.url has options that are not known here: sslmode, sslpassword")
                .hasMessageNotContaining("tiger");
    }

    @ParameterizedTest
    @CsvSource({"''", "short"})
    void thereIsNoDefaultForTheSecret(String secret) {
        assertThatThrownBy(() -> node("gateway", "TROLLEYBUS_CLUSTER_SECRET", secret))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("cluster.secret must be set");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "change-me-please-1234",
                "<your secret here, long and random>",
                "trolleybus-operator",
                "replace-with-a-secret",
                "0123456789abcdef",
                "aaaaaaaaaaaaaaaaaaaa",
                "abcabcabcabcabcabc",
                "x7Kq9Lw2x7Kq9Lw2"
            })
    void whatIsWrittenInTheSecretsPlaceUntilThereIsOneIsNone(String secret) {
        assertThatThrownBy(() -> node("gateway", "TROLLEYBUS_CLUSTER_SECRET", secret))
                .isInstanceOf(StartupFailure.class)
                .hasMessageStartingWith("cluster.secret must be a secret")
                .hasMessageNotContaining(secret);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "q2N-0bJ4Vw7cTf_9XyLh3RzE5uKd8sMa",
                "9f86d081884c7d65",
                "trolleybus-of-change-7731-unguessed",
                "correct horse battery staple"
            })
    void aSecretMayHaveAnyShape(String secret) {
        assertThat(node("gateway", "TROLLEYBUS_CLUSTER_SECRET", secret).member().secret())
                .isEqualTo(secret);
    }

    @Test
    void aNodeIsForDevelopmentOnlyIfToldSo() {
        assertThat(node("gateway").services().isOn(UserModule.DEVELOPMENT)).isFalse();
        assertThat(node("gateway", "TROLLEYBUS_NODE_DEVELOPMENT", "true")
                        .services()
                        .isOn(UserModule.DEVELOPMENT))
                .isTrue();
        assertThatThrownBy(() -> node("gateway", "TROLLEYBUS_NODE_DEVELOPMENT", "yes"))
                .hasMessageStartingWith("node.development must be true or false, not 'yes'");
    }
}
