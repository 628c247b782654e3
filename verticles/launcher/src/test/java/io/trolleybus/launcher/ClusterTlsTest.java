package io.trolleybus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.trolleybus.cluster.BusTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not fit together stops the start of a node, and is named. */
final class ClusterTlsTest {
    private static final String PREFIX = "TROLLEYBUS_CLUSTER_TLS_";
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private static Path folder;

    @BeforeAll
    static void write() throws Exception {
        X509Bundle ca = builder("ca").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle between = builder("between").setIsCertificateAuthority(true).buildIssuedBy(ca);
        Instant now = Instant.now();
        put("ca", ca);
        put("good", builder("good").addSanIpAddress("127.0.0.1").buildIssuedBy(ca));
        put("rsa", builder("rsa").rsa2048().addSanIpAddress("127.0.0.1").buildIssuedBy(ca));
        put("chain", builder("chain").addSanIpAddress("127.0.0.1").buildIssuedBy(between));
        put("named", builder("named").addSanDnsName("node-1.trolleybus").buildIssuedBy(ca));
        put("six", builder("six").addSanIpAddress("::1").buildIssuedBy(ca));
        put("nameless", builder("nameless").buildIssuedBy(ca));
        put(
                "ed",
                builder("ed")
                        .algorithm(CertificateBuilder.Algorithm.ed25519)
                        .addSanIpAddress("127.0.0.1")
                        .buildIssuedBy(ca));
        put(
                "self",
                builder("self")
                        .setIsCertificateAuthority(true)
                        .addSanIpAddress("127.0.0.1")
                        .buildSelfSigned());
        put(
                "server",
                builder("server")
                        .addSanIpAddress("127.0.0.1")
                        .addExtendedKeyUsageServerAuth()
                        .buildIssuedBy(ca));
        put(
                "expired",
                builder("expired")
                        .notBefore(now.minus(DAY.multipliedBy(2)))
                        .notAfter(now.minus(DAY))
                        .addSanIpAddress("127.0.0.1")
                        .buildIssuedBy(ca));
        put(
                "early",
                builder("early")
                        .notBefore(now.plus(DAY))
                        .notAfter(now.plus(DAY.multipliedBy(2)))
                        .addSanIpAddress("127.0.0.1")
                        .buildIssuedBy(ca));
        Files.writeString(folder.resolve("empty"), "");
        Files.writeString(folder.resolve("garbage"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder().subject("CN=" + name).ecp256();
    }

    private static void put(String name, X509Bundle bundle) throws Exception {
        Files.writeString(folder.resolve(name + ".pem"), bundle.getCertificatePathPEM());
        Files.writeString(folder.resolve(name + ".key"), bundle.getPrivateKeyPEM());
    }

    /** An empty name stands for what is not set. */
    private static BusTls load(String host, String certificate, String key, String ca) {
        Map<String, String> environment = new HashMap<>();
        Map.of("CERTIFICATE", certificate, "KEY", key, "CA", ca).forEach((name, file) -> {
            if (!file.isEmpty()) {
                environment.put(PREFIX + name, folder.resolve(file).toString());
            }
        });
        return ClusterTls.from(Configuration.load(Map.of(), environment, null), host);
    }

    @Test
    void withoutTheKeysThereIsNoTls() {
        assertThat(load("127.0.0.1", "", "", "")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"good", "rsa", "chain"})
    void whatFitsTogetherIsTaken(String name) {
        BusTls tls = load("127.0.0.1", name + ".pem", name + ".key", "ca.pem");

        assertThat(tls.key()).contains("BEGIN PRIVATE KEY");
        assertThat(tls.toString()).doesNotContain("BEGIN PRIVATE KEY");
    }

    @ParameterizedTest
    @CsvSource({"named, node-1.trolleybus", "named, Node-1.Trolleybus", "six, ::1", "six, 0:0:0:0:0:0:0:1"})
    void theHostMayBeANameOrAnAddressOfEitherKind(String name, String host) {
        assertThat(load(host, name + ".pem", name + ".key", "ca.pem")).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'', good.key, ca.pem, 'cluster.tls.certificate must be set, as cluster.tls.key is'",
        "good.pem, '', ca.pem, 'cluster.tls.key must be set, as cluster.tls.certificate is'",
        "good.pem, good.key, '', 'cluster.tls.ca must be set, as cluster.tls.certificate is'",
    })
    void halfOfTheGroupIsNotEnough(String certificate, String key, String ca, String message) {
        assertThatThrownBy(() -> load("127.0.0.1", certificate, key, ca))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "absent.pem, good.key, ca.pem, cluster.tls.certificate, does not exist",
        "good.pem, absent.key, ca.pem, cluster.tls.key, does not exist",
        "good.pem, good.key, '.', cluster.tls.ca, cannot be read",
        "empty, good.key, ca.pem, cluster.tls.certificate, holds no certificate",
        "garbage, good.key, ca.pem, cluster.tls.certificate, is not a certificate",
        "good.key, good.key, ca.pem, cluster.tls.certificate, certificate in PEM form",
        "good.pem, good.key, empty, cluster.tls.ca, holds no certificate",
        "good.pem, good.pem, ca.pem, cluster.tls.key, holds no private key in PKCS#8 form",
        "good.pem, named.key, ca.pem, cluster.tls.key, does not belong to cluster.tls.certificate",
        "good.pem, rsa.key, ca.pem, cluster.tls.key, does not belong to cluster.tls.certificate",
        "ed.pem, ed.key, ca.pem, cluster.tls.certificate, must be for a key of the kind EC or RSA",
        "self.pem, self.key, ca.pem, cluster.tls.certificate, would be refused by those who trust cluster.tls.ca",
        "good.pem, good.key, self.pem, cluster.tls.certificate, would be refused by those who trust cluster.tls.ca",
        "server.pem, server.key, ca.pem, cluster.tls.certificate, would be refused by those who trust cluster.tls.ca",
        "expired.pem, expired.key, ca.pem, cluster.tls.certificate, has expired",
        "early.pem, early.key, ca.pem, cluster.tls.certificate, is not valid before",
        "named.pem, named.key, ca.pem, cluster.tls.certificate, 'does not name cluster.host, 127.0.0.1'",
        "six.pem, six.key, ca.pem, cluster.tls.certificate, does not name cluster.host",
        "nameless.pem, nameless.key, ca.pem, cluster.tls.certificate, does not name cluster.host",
    })
    void whatPeersWouldRefuseIsNamed(String certificate, String key, String ca, String wrong, String why) {
        assertThatThrownBy(() -> load("127.0.0.1", certificate, key, ca))
                .isInstanceOf(StartupFailure.class)
                .hasMessageStartingWith(wrong + " ")
                .hasMessageContaining(why);
    }

    @Test
    void aKeyInThePlaceOfItsPathIsNotRepeated() throws Exception {
        String secret = Files.readString(folder.resolve("good.key"));
        Map<String, String> environment = Map.of(
                PREFIX + "CERTIFICATE", folder.resolve("good.pem").toString(),
                PREFIX + "KEY", secret,
                PREFIX + "CA", folder.resolve("ca.pem").toString());

        assertThatThrownBy(() -> ClusterTls.from(Configuration.load(Map.of(), environment, null), "127.0.0.1"))
                .isInstanceOf(StartupFailure.class)
                .hasMessage("cluster.tls.key must be the path of a file, not what the file holds");
    }
}
