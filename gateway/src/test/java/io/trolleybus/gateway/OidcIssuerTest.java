package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.chassis.Settings;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.gateway.TestIssuer.IssuerKey;
import io.trolleybus.model.Principal;
import io.trolleybus.model.UserMessages.AdmitUser;
import io.trolleybus.model.UserMessages.RevokedSession;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.trolleybus.model.UserMessages.User;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OidcIssuerTest {
    private static final IssuerKey EC = IssuerKey.create("ec", "ES256");
    private static final IssuerKey RSA = IssuerKey.create("rsa", "RS256");
    private static final IssuerKey PSS = new IssuerKey("rsa", "PS256", RSA.pair());
    private static final IssuerKey WEAK = IssuerKey.create("weak", "RS256", 1_024);
    private static final IssuerKey YOUNG = IssuerKey.create("young", "RS256");

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final TestIssuer provider = TestIssuer.create().publish(EC, RSA);
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final List<AdmitUser> admitted = new ArrayList<>();
    private final List<RevokedSession> revoked = new ArrayList<>();
    private final Revocations revocations =
            new Revocations(now::get, query -> Future.succeededFuture(new RevokedSessions(revoked)));
    private Future<User> verdict = Future.succeededFuture();
    private final Tokens tokens = tokens(provider.settings());

    private Tokens tokens(OidcSettings settings) {
        var keys = new OidcKeys(vertx, settings);
        var issuer = new OidcIssuer(vertx, now::get, settings, keys::ask, user -> {
            admitted.add(user);
            return verdict;
        });
        return new Tokens(now::get, revocations, List.of(issuer));
    }

    @AfterEach
    void close() {
        provider.close();
        TestPlatform.await(vertx.close());
    }

    private Future<Caller> verify(String token) {
        return Future.future(
                promise -> context.runOnContext(turn -> tokens.verify(token).onComplete(promise)));
    }

    private Caller callerOf(String token) {
        return TestPlatform.await(verify(token));
    }

    private Throwable refusalOf(String token) {
        return TestPlatform.failureOf(verify(token));
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    private static Stream<IssuerKey> keys() {
        return Stream.of(EC, RSA, PSS);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void a_token_of_each_kind_of_key_stands_for_the_user_of_its_subject(IssuerKey key) {
        provider.up();

        Caller ada = callerOf(key.sign(provider.claims("ada")));

        assertThat(ada.principal().userId()).isEqualTo(admitted.get(0).userId());
        assertThat(ada.principal().userId().version()).isEqualTo(8);
        assertThat(ada.principal().roles()).containsExactly(Principal.CUSTOMER);
        assertThat(ada.sessionId()).isEqualTo(admitted.get(0).sessionId());
        assertThat(callerOf(key.sign(provider.claims("ada").put("jti", "other")))
                        .principal())
                .isEqualTo(ada.principal());
        assertThat(callerOf(key.sign(provider.claims("bob"))).principal()).isNotEqualTo(ada.principal());
        assertThat(admitted.stream().map(AdmitUser::sessionId)).doesNotHaveDuplicates();
        assertThat(provider.asked).hasValue(1);
    }

    @Test
    void a_name_has_the_uuid_that_the_standard_says() {
        UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

        assertThat(NameBasedUuid.of(dns, "www.example.com")).hasToString("5c146b14-3c52-8afd-938a-375d0df1fbf6");
    }

    @Test
    void the_user_service_is_told_what_the_token_says_of_a_person() {
        provider.up();
        var claims = provider.claims("ada")
                .put("name", "  Ada Lovelace ")
                .put("email", "ada@example.org")
                .put("email_verified", true)
                .put("realm_access", new JsonObject().put("roles", new JsonArray().add("shop-operator")));

        assertThat(callerOf(EC.sign(claims)).principal().isOperator()).isTrue();
        callerOf(EC.sign(provider.claims("bob").put("preferred_username", "bob").put("email", "ada@example.org")));

        assertThat(admitted.get(0).name()).isEqualTo("Ada Lovelace");
        assertThat(admitted.get(0).email()).isEqualTo("ada@example.org");
        assertThat(admitted.get(0).roles()).containsExactly(Principal.CUSTOMER, Principal.OPERATOR);
        assertThat(admitted.get(0).expiresAt()).isEqualTo(Instant.ofEpochSecond(claims.getLong("exp")));
        assertThat(admitted.get(1).name()).isEqualTo("bob");
        assertThat(admitted.get(1).email()).as("not verified").isNull();
        assertThat(admitted.get(1).roles()).containsExactly(Principal.CUSTOMER);
    }

    @Test
    void a_token_is_remembered_no_longer_than_the_end_of_a_session_is_told() {
        provider.up();
        String token = EC.sign(provider.claims("ada"));
        Caller ada = callerOf(token);
        assertThat(tokens.remembered(token)).isEqualTo(ada);

        pass(Duration.ofMinutes(16));
        assertThat(tokens.remembered(token)).isNull();
        assertThat(callerOf(token)).isEqualTo(ada);
        assertThat(admitted).hasSize(2);

        revoked.add(new RevokedSession(ada.sessionId(), now.get()));
        revocations.look();
        assertThat(tokens.remembered(token)).isNull();
    }

    @Test
    void whom_the_user_service_keeps_out_has_no_valid_token_and_while_it_is_away_nobody_knows() {
        provider.up();
        verdict = Future.failedFuture(Rejected.because(ProblemType.FORBIDDEN, "disabled"));
        Throwable refusal = refusalOf(EC.sign(provider.claims("ada")));
        assertThat(refusal).isInstanceOf(Rejected.class);
        assertThat(((Rejected) refusal).type()).isEqualTo(ProblemType.UNAUTHORIZED);

        verdict = Future.failedFuture(new UnavailableException("nobody answers"));
        assertThat(refusalOf(EC.sign(provider.claims("ada")))).isInstanceOf(UnavailableException.class);
    }

    @Test
    void a_key_that_is_new_is_asked_for_but_not_at_every_strangers_word() {
        provider.up();
        String old = EC.sign(provider.claims("ada"));
        callerOf(old);
        provider.publish(YOUNG);

        assertThat(refusalOf(YOUNG.sign(provider.claims("ada")))).isInstanceOf(Rejected.class);
        assertThat(provider.asked).as("just asked").hasValue(1);
        pass(Duration.ofSeconds(6));

        assertThat(callerOf(YOUNG.sign(provider.claims("ada")))).isNotNull();
        assertThat(tokens.remembered(old)).as("its key is gone").isNull();
        assertThat(refusalOf(old)).isInstanceOf(Rejected.class);
        assertThat(provider.asked).hasValue(2);
    }

    @Test
    void while_the_issuer_is_down_its_tokens_are_neither_good_nor_bad() {
        String token = EC.sign(provider.claims("ada"));
        assertThat(refusalOf(token)).isInstanceOf(UnavailableException.class);

        provider.up();
        pass(Duration.ofSeconds(2));
        assertThat(callerOf(token)).isNotNull();

        provider.close();
        pass(Duration.ofSeconds(6));
        assertThat(callerOf(EC.sign(provider.claims("bob"))))
                .as("known keys stay")
                .isNotNull();
        assertThat(refusalOf(YOUNG.sign(provider.claims("ada")))).isInstanceOf(UnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"keys\":7}", "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"ec\"}]}", "<html>"})
    void what_is_no_set_of_keys_is_taken_for_an_outage(String published) {
        provider.publishRaw(published).up();

        assertThat(refusalOf(EC.sign(provider.claims("ada")))).isInstanceOf(UnavailableException.class);
    }

    @Test
    void a_set_of_keys_that_is_too_large_is_not_read() {
        provider.publishRaw("{\"keys\":[],\"padding\":\"" + "x".repeat(300_000) + "\"}")
                .up();

        assertThat(refusalOf(EC.sign(provider.claims("ada")))).isInstanceOf(UnavailableException.class);
    }

    @Test
    void a_key_that_is_weak_or_malformed_does_not_count_and_the_others_do() {
        var broken = EC.jwk().put("kid", "broken").put("x", "AA");
        provider.publishRaw(new JsonObject()
                        .put("keys", new JsonArray().add(broken).add(WEAK.jwk()).add(EC.jwk()))
                        .encode())
                .up();

        assertThat(callerOf(EC.sign(provider.claims("ada")))).isNotNull();
        assertThat(refusalOf(WEAK.sign(provider.claims("ada")))).isInstanceOf(Rejected.class);
    }

    @ParameterizedTest
    @CsvSource({"http://192.0.2.1/keys", "http://keys.example/keys", "ftp://127.0.0.1/keys", "''"})
    void keys_that_lie_where_anybody_could_change_them_are_not_fetched(String url) {
        provider.describe(new JsonObject().put("issuer", provider.name()).put("jwks_uri", url));
        provider.up();

        assertThat(refusalOf(EC.sign(provider.claims("ada")))).isInstanceOf(UnavailableException.class);
        assertThat(provider.asked).hasValue(0);
    }

    @Test
    void a_document_of_another_issuer_is_not_believed() {
        provider.describe(
                new JsonObject().put("issuer", "https://other.example").put("jwks_uri", provider.name() + "/keys"));
        provider.up();

        assertThat(refusalOf(EC.sign(provider.claims("ada")))).isInstanceOf(UnavailableException.class);
    }

    private static Stream<String> forgeries(TestIssuer provider) throws GeneralSecurityException {
        JsonObject claims = provider.claims("ada");
        JsonObject header =
                new JsonObject().put("alg", "RS256").put("typ", "JWT").put("kid", "rsa");
        long later = Instant.now().plusSeconds(3_600).getEpochSecond();
        String shared = TestKey.content(header.copy().put("alg", "HS256"), claims);
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(RSA.pair().getPublic().getEncoded(), "HmacSHA256"));
        String tag = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(mac.doFinal(shared.getBytes(StandardCharsets.US_ASCII)));
        return Stream.of(
                shared + '.' + tag,
                TestKey.content(header.copy().put("alg", "none"), claims) + '.',
                TestKey.content(header, claims) + '.',
                RSA.sign(claims.copy().put("aud", "another-api")),
                RSA.sign(claims.copy().put("aud", new JsonArray())),
                RSA.sign(without(claims, "aud")),
                RSA.sign(claims.copy().put("iss", "https://evil.example")),
                RSA.sign(claims.copy().put("iss", "trolleybus")),
                RSA.sign(without(claims, "iss")),
                RSA.sign(claims.copy().put("exp", 1_000)),
                RSA.sign(claims.copy().put("exp", "tomorrow")),
                RSA.sign(claims.copy().put("exp", Long.MAX_VALUE)),
                RSA.sign(without(claims, "exp")),
                RSA.sign(claims.copy().put("nbf", later)),
                RSA.sign(without(claims, "sub")),
                RSA.sign(claims.copy().put("sub", 7)),
                RSA.sign(claims.copy().put("sub", "x".repeat(256))),
                RSA.sign(header.copy().put("typ", "logout+jwt"), claims),
                RSA.sign(without(header, "kid"), claims),
                new IssuerKey("rsa", "RS256", YOUNG.pair()).sign(claims),
                new IssuerKey("ec", "RS256", RSA.pair()).sign(claims),
                RSA.sign(claims) + "A".repeat(8_192));
    }

    private static JsonObject without(JsonObject whole, String member) {
        JsonObject part = whole.copy();
        part.remove(member);
        return part;
    }

    @Test
    void what_the_issuer_did_not_sign_for_this_is_refused() throws GeneralSecurityException {
        provider.up();
        assertThat(callerOf(RSA.sign(provider.claims("ada")))).isNotNull();
        admitted.clear();

        assertThat(forgeries(provider))
                .allSatisfy(
                        forgery -> assertThat(refusalOf(forgery)).as(forgery).isInstanceOf(Rejected.class));
        assertThat(admitted).isEmpty();
    }

    @Test
    void an_issuer_is_trusted_only_over_a_line_that_nobody_can_change() {
        Map<String, String> keys = new HashMap<>(Map.of(
                OidcSettings.ISSUER, "https://id.example.org/realm",
                OidcSettings.AUDIENCE, "api",
                OidcSettings.ROLES_CLAIM, "roles"));
        assertThat(OidcSettings.from(new Settings(keys)))
                .isEqualTo(new OidcSettings("https://id.example.org/realm", "api", null, "roles", null));

        for (String unfit :
                List.of("http://id.example.org", "id.example.org", "https://", "https://a b", "https://x?y")) {
            keys.put(OidcSettings.ISSUER, unfit);
            assertThatThrownBy(() -> OidcSettings.from(new Settings(keys)))
                    .hasMessage(OidcSettings.ISSUER + " must be a URL with https, or with http on this machine, not '"
                            + unfit + "'");
        }
        keys.put(OidcSettings.ISSUER, "http://localhost:9000");
        keys.put(OidcSettings.JWKS_URL, "http://id.example.org");
        assertThatThrownBy(() -> OidcSettings.from(new Settings(keys))).hasMessageStartingWith(OidcSettings.JWKS_URL);
        keys.remove(OidcSettings.JWKS_URL);
        keys.remove(OidcSettings.AUDIENCE);
        assertThatThrownBy(() -> OidcSettings.from(new Settings(keys))).hasMessageStartingWith(OidcSettings.AUDIENCE);
        assertThat(OidcSettings.from(new Settings(Map.of()))).isNull();
    }
}
