package io.trolleybus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.DatabaseSettings;
import io.trolleybus.model.Principal;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.EnsureOperator;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.user.DevelopmentOperator;
import io.trolleybus.user.UserModule;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node as a process, on a database that has the development operator. */
final class NodeProcessTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CLUSTER_SECRET = "nobody-guesses-9QX";
    private static final String ANOTHER = "ada@example.com";
    private static final String ANOTHER_PASSWORD = "only-ada-knows-this-one";
    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @TempDir
    private Path folder;

    private final TestDatabase database = TestDatabase.create("user", new UserModule().migrations());
    private final int http = PortOccupant.anyFreePort();
    private final int member = PortOccupant.anyFreePort();
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void seed() {
        var command = new EnsureOperator(DevelopmentOperator.EMAIL, DevelopmentOperator.PASSWORD, "Operator");
        try (var platform = TestPlatform.start()) {
            platform.deploy(new UserModule(), Map.of(UserModule.DEVELOPMENT, "true"), database);
            platform.call(UserMessages.ENSURE_OPERATOR, Principal.service("launcher"), command, User.class);
        }
    }

    private Process start(Map<String, String> variables) throws IOException {
        Map<String, String> more = new HashMap<>(variables);
        more.put("TROLLEYBUS_CLUSTER_PORT", Integer.toString(member));
        return start("", more, "node", "--services=user,gateway", "--name=alone");
    }

    /** @param prefix of the files that take what it writes */
    private Process start(String prefix, Map<String, String> variables, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx192m", "-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(prefix + "out").toFile())
                .redirectError(folder.resolve(prefix + "err").toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("TROLLEYBUS_") || name.endsWith("_OPTIONS"));
        environment.put("TROLLEYBUS_HTTP_PORT", Integer.toString(http));
        for (String port : List.of("MANAGEMENT_PORT", "CLUSTER_PORT", "CLUSTER_BUS_PORT")) {
            environment.put("TROLLEYBUS_" + port, Integer.toString(PortOccupant.anyFreePort()));
        }
        environment.put("TROLLEYBUS_CLUSTER_NAME", database.settings().database());
        environment.put("TROLLEYBUS_CLUSTER_MEMBERS", "127.0.0.1:" + member);
        environment.put("TROLLEYBUS_NODE_DRAIN_SECONDS", "0");
        DatabaseSettings.Role owner = Objects.requireNonNull(database.settings().owner());
        environment.put("TROLLEYBUS_CLUSTER_SECRET_FILE", secret("cluster", CLUSTER_SECRET));
        environment.put(
                "TROLLEYBUS_USER_DATABASE_URL_FILE",
                secret(
                        "url",
                        url(database.settings().user(), database.settings().password())));
        environment.put(
                "TROLLEYBUS_USER_DATABASE_OWNER_URL_FILE", secret("owner", url(owner.user(), owner.password())));
        environment.putAll(variables);
        return builder.start();
    }

    private String secret(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text + '\n').toString();
    }

    private String url(String role, String password) {
        DatabaseSettings settings = database.settings();
        return "postgresql://" + role + ':' + encoded(password) + '@' + settings.host() + ':' + settings.port() + '/'
                + settings.database();
    }

    private static String encoded(String password) {
        return URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String written(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void itDoesNotServeWhileTheOperatorHasThePasswordThatEverybodyKnows() throws Exception {
        Process node = start(Map.of("LOG_LEVEL", "error"));
        try {
            assertThat(node.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            node.destroyForcibly();
        }

        assertThat(node.exitValue()).isEqualTo(1);
        assertThat(written("err").lines().filter(line -> line.startsWith("trolleybus: ")))
                .singleElement()
                .asString()
                .contains(DevelopmentOperator.EMAIL, "node.development", "POST /api/v1/users/me/password")
                .doesNotContain(DevelopmentOperator.PASSWORD);
    }

    @Test
    void forDevelopmentItServesAndItsLogRepeatsNoSecret() throws Exception {
        Process node = start(Map.of("TROLLEYBUS_NODE_DEVELOPMENT", "true", "LOG_LEVEL", "debug"));
        List<String> secrets =
                new ArrayList<>(List.of(CLUSTER_SECRET, DevelopmentOperator.PASSWORD, "a wrong one 4711"));
        secrets.add(database.settings().password());
        secrets.add(Objects.requireNonNull(database.settings().owner()).password());
        secrets.addAll(secrets.stream().map(NodeProcessTest::encoded).toList());
        try {
            await().atMost(PATIENCE)
                    .until(() -> !node.isAlive() || written("out").contains("Ready after"));
            assertThat(node.isAlive()).as(written("err")).isTrue();

            assertThat(logIn("a wrong one 4711")).containsEntry("status", 401);
            JsonObject session = new JsonObject(logIn(DevelopmentOperator.PASSWORD));
            String token = session.getString("accessToken");
            assertThat(get("/api/v1/users/me", token)).isEqualTo(200);
            assertThat(get("/api/v1/users/me", token.substring(0, token.length() - 4) + "AAAA"))
                    .isEqualTo(401);
            assertThat(get("/api/v1/system/services", token)).isEqualTo(200);
            String another = anotherOperator();
            assertThat(get("/api/v1/system/services", another)).isEqualTo(200);
            await("a node to be heard of by itself").atMost(PATIENCE).untilAsserted(() -> assertThat(
                            ask("/api/v1/system/logs?limit=100", token).body())
                    .contains("called listServices"));
            secrets.addAll(List.of(token, session.getString("refreshToken"), ANOTHER_PASSWORD, another));
        } finally {
            node.destroy();
            assertThat(node.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        String log = written("err");
        assertThat(log)
                .contains("answered 401", "answered 200", "DEBUG")
                .contains("\"log.logger\":\"io.trolleybus.audit\"", "\"event.action\":\"listServices\"");
        assertThat(log + written("out")).doesNotContain(secrets);
    }

    /** Made as the first one of a platform is that is not for development; returns a token of theirs. */
    private String anotherOperator() throws Exception {
        Map<String, String> password =
                Map.of("TROLLEYBUS_OPERATOR_PASSWORD_FILE", secret("operator", ANOTHER_PASSWORD), "LOG_LEVEL", "debug");
        assertThat(addOperator(password)).as(written("add-err")).isZero();
        assertThat(written("add-out")).contains(ANOTHER + " is an operator now");
        assertThat(written("add-out") + written("add-err")).doesNotContain(ANOTHER_PASSWORD);

        assertThat(addOperator(password)).isEqualTo(1);
        assertThat(written("add-err"))
                .contains("trolleybus: no operator " + ANOTHER + " was made: ", "account already");
        return new JsonObject(logIn(ANOTHER, ANOTHER_PASSWORD)).getString("accessToken");
    }

    private int addOperator(Map<String, String> variables) throws Exception {
        Process added = start("add-", variables, "add-operator", "--email=" + ANOTHER, "--name=Ada");
        try {
            assertThat(added.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return added.exitValue();
        } finally {
            added.destroyForcibly();
        }
    }

    private Map<String, Object> logIn(String password) throws Exception {
        return logIn(DevelopmentOperator.EMAIL, password);
    }

    private Map<String, Object> logIn(String email, String password) throws Exception {
        String body =
                new JsonObject().put("email", email).put("password", password).encode();
        HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/auth/login"))
                .header("Content-Type", "application/json")
                .header("traceparent", TRACEPARENT)
                .POST(BodyPublishers.ofString(body))
                .build();
        return new JsonObject(client.send(request, BodyHandlers.ofString()).body()).getMap();
    }

    private int get(String path, String token) throws Exception {
        return ask(path, token).statusCode();
    }

    private HttpResponse<String> ask(String path, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + token)
                .header("traceparent", TRACEPARENT)
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + http + path);
    }
}
