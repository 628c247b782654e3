package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.trolleybus.chassis.PemIdentity.Source;
import io.trolleybus.chassis.Settings;
import io.trolleybus.gateway.GatewaySettings.Tls;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gateway that speaks TLS itself. */
class TlsTest {
    @TempDir
    private static Path folder;

    private X509Bundle ca;
    private TestPlatform platform;

    @BeforeEach
    void start() throws Exception {
        ca = builder("ca").setIsCertificateAuthority(true).buildSelfSigned();
        show(issued("gateway"));
        platform = TestPlatform.withGateway(
                new GatewaySettings(
                        new GatewaySettings.Listener("127.0.0.1", 0, tls(), List.of()),
                        TestPlatform.SETTINGS.limits(),
                        0,
                        List.of(),
                        null),
                trusting(ca));
        var fakes = new Fakes(new Jwks(List.of()));
        platform.serve("user", fakes::user);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private static Tls tls() {
        return new Tls(
                new Source(GatewaySettings.TLS_CERTIFICATE, file("certificate")),
                new Source(GatewaySettings.TLS_KEY, file("key")));
    }

    private static SSLContext trusting(X509Bundle ca) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, ca.toTrustManagerFactory().getTrustManagers(), null);
        return context;
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder().subject("CN=" + name).ecp256();
    }

    private X509Bundle issued(String name) throws Exception {
        return builder(name).addSanIpAddress("127.0.0.1").buildIssuedBy(ca);
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static void show(X509Bundle bundle) throws IOException {
        Files.writeString(Path.of(file("key")), bundle.getPrivateKeyPEM());
        Files.writeString(Path.of(file("certificate")), bundle.getCertificatePathPEM());
    }

    private X509Certificate shown() {
        try (SSLSocket socket = platform.connectByTls()) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        } catch (IOException e) {
            throw new AssertionError("no handshake", e);
        }
    }

    @Test
    void clients_come_by_http_2_and_are_told_to_keep_to_tls() {
        HttpResponse<String> answer = platform.send(platform.request("/health/live"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(Version.HTTP_2);
        assertThat(answer.headers().firstValue("Strict-Transport-Security"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("max-age="));
    }

    @Test
    void clients_without_http_2_are_served_and_those_without_tls_are_not() {
        assertThat(platform.send(platform.request("/health/live").version(Version.HTTP_1_1))
                        .statusCode())
                .isEqualTo(200);

        assertThat(platform.raw("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")).doesNotContain("200");
    }

    @Test
    void a_body_that_is_too_large_ends_its_stream_and_not_the_connection() {
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> refused = platform.send(platform.request("/api/v1/auth/login")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("x".repeat(RequestBody.MAX_BYTES + 1))));
            assertThat(refused.statusCode()).isEqualTo(413);
            assertThat(refused.version()).isEqualTo(Version.HTTP_2);
        }
        HttpResponse<String> served = platform.send(platform.request("/api/v1/auth/login")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"email\": \"ada@example.org\", \"password\": \"right\"}")));
        assertThat(served.statusCode()).isEqualTo(200);
    }

    @Test
    void a_renewed_certificate_is_shown_without_a_restart() throws Exception {
        assertThat(shown().getSubjectX500Principal().getName()).isEqualTo("CN=gateway");

        show(issued("renewed"));

        await().atMost(Duration.ofSeconds(40))
                .until(() -> shown().getSubjectX500Principal().getName().equals("CN=renewed"));
    }

    @Test
    void a_certificate_that_is_no_good_leaves_the_last_in_its_place() throws Exception {
        Vertx vertx = Vertx.vertx();
        var certificate = new ServerCertificate(tls());
        HttpServer server = TestPlatform.await(vertx.createHttpServer(certificate.secure(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0)))
                .requestHandler(request -> request.response().end())
                .listen());

        Files.writeString(Path.of(file("key")), "broken");
        TestPlatform.await(certificate.look(vertx, server));

        try (var socket = (SSLSocket) trusting(ca).getSocketFactory().createSocket("127.0.0.1", server.actualPort())) {
            socket.startHandshake();
        }
        TestPlatform.await(vertx.close());
    }

    @Test
    void nothing_older_than_tls_1_2_is_spoken() throws IOException {
        try (SSLSocket socket = platform.connectByTls()) {
            assertThat(socket.getSupportedProtocols()).contains("TLSv1.1");
            socket.setEnabledProtocols(new String[] {"TLSv1.1", "TLSv1"});

            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
        try (SSLSocket socket = platform.connectByTls()) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "certificate, '', gateway.tls.key must be set",
        "'', key, gateway.tls.certificate must be set",
        "absent, key, does not exist",
        "certificate, certificate, gateway.tls.key",
    })
    void what_does_not_fit_together_stops_the_start_and_is_named(String certificate, String key, String message) {
        Map<String, String> texts = new HashMap<>(Map.of(
                GatewaySettings.HOST, "127.0.0.1",
                GatewaySettings.PORT, "0"));
        texts.put(GatewaySettings.TLS_CERTIFICATE, certificate.isEmpty() ? "" : file(certificate));
        texts.put(GatewaySettings.TLS_KEY, key.isEmpty() ? "" : file(key));

        assertThatThrownBy(() -> GatewaySettings.from(new Settings(texts)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
