package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.UserMessages.Jwks;
import io.trolleybus.model.UserMessages.RevokedSession;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokensTest {
    private static final UUID ADA = UUID.fromString("01930000-0000-7000-8000-00000000ada0");

    private static final TestKey KEY = TestKey.create("old");

    private final Vertx vertx = Vertx.vertx();
    private final TestKey old = TestKey.create("old");
    private final TestKey young = TestKey.create("young");
    private final AtomicReference<Future<Jwks>> source = new AtomicReference<>(keys(old));
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final List<RevokedSession> revoked = new ArrayList<>();
    private final Revocations revocations =
            new Revocations(now::get, query -> Future.succeededFuture(new RevokedSessions(revoked)));
    private final PlatformIssuer issuer = new PlatformIssuer(vertx, now::get, source::get);
    private final Tokens tokens = new Tokens(now::get, revocations, List.of(issuer));

    @AfterEach
    void close() {
        TestPlatform.await(vertx.close());
    }

    @Test
    void a_verified_token_is_remembered_until_it_expires() {
        String token = old.token(ADA, "customer");
        assertThat(tokens.remembered(token)).isNull();
        assertThat(tokens.verify(token).result().principal().userId()).isEqualTo(ADA);
        assertThat(tokens.remembered(token)).isNotNull();

        now.updateAndGet(time -> time.plusSeconds(601));

        assertThat(tokens.remembered(token)).isNull();
        assertThat(tokens.verify(token).cause()).isInstanceOf(Rejected.class);
    }

    @Test
    void a_token_of_an_unknown_key_makes_us_ask_and_drops_what_the_old_keys_had_signed() {
        String before = old.token(ADA, "customer");
        tokens.verify(before);
        source.set(keys(young));

        assertThat(tokens.verify(young.token(ADA, "customer")).failed())
                .as("just asked")
                .isTrue();
        now.updateAndGet(time -> time.plusSeconds(6));

        assertThat(tokens.verify(young.token(ADA, "customer")).succeeded()).isTrue();
        assertThat(tokens.remembered(before)).isNull();
        assertThat(tokens.verify(before).failed()).isTrue();
    }

    @Test
    void while_keys_cannot_be_had_the_caller_learns_of_the_outage_not_of_a_bad_token() {
        source.set(Future.failedFuture(new UnavailableException("nobody answers")));
        assertThat(tokens.verify(old.token(ADA, "customer")).cause()).isInstanceOf(UnavailableException.class);

        source.set(keys(old));
        now.updateAndGet(time -> time.plusSeconds(1));
        assertThat(tokens.verify(old.token(ADA, "customer")).succeeded()).isTrue();
    }

    @Test
    void a_token_of_a_session_that_was_revoked_is_good_no_longer_and_others_are() {
        UUID session = UUID.randomUUID();
        String token = old.token(ADA, "customer", session);
        String other = old.token(ADA, "customer");
        assertThat(tokens.verify(token).result().sessionId()).isEqualTo(session);
        tokens.verify(other);

        revoked.add(new RevokedSession(session, now.get()));
        revocations.look();

        assertThat(tokens.remembered(token)).isNull();
        assertThat(tokens.verify(token).cause()).isInstanceOf(Rejected.class);
        assertThat(tokens.remembered(other)).isNotNull();
    }

    @Test
    void a_key_that_is_published_before_it_signs_costs_nobody_a_refusal() {
        String before = old.token(ADA, "customer");
        assertThat(tokens.verify(before).succeeded()).isTrue();
        source.set(keys(young, old));
        TestPlatform.await(issuer.keys().refresh());
        assertThat(tokens.verify("e30.e30.e30").failed()).as("a stranger").isTrue();

        assertThat(tokens.verify(young.token(ADA, "customer")).succeeded()).isTrue();
        assertThat(tokens.remembered(before)).isNotNull();
        assertThat(tokens.verify(old.token(ADA, "customer")).succeeded()).isTrue();

        source.set(keys(young));
        TestPlatform.await(issuer.keys().refresh());
        assertThat(tokens.remembered(before)).as("its key is gone").isNull();
        assertThat(tokens.verify(before).cause()).isInstanceOf(Rejected.class);
    }

    @Test
    void a_clock_that_is_a_little_ahead_of_ours_signs_good_tokens() {
        long soon = Instant.now().plusSeconds(20).getEpochSecond();
        var claims = TestKey.claims(ADA, "customer").put("nbf", soon).put("iat", soon);

        assertThat(tokens.verify(old.sign(old.header(), claims)).succeeded()).isTrue();
    }

    private static Stream<Forgery> forgeries() {
        return Forgery.all(KEY);
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void what_we_did_not_sign_for_this_is_refused(Forgery forgery) {
        source.set(keys(KEY));
        assertThat(tokens.verify(KEY.token(ADA, "customer")).succeeded()).isTrue();

        assertThat(TestPlatform.failureOf(tokens.verify(forgery.token()))).isInstanceOf(Rejected.class);
    }

    @Test
    void without_any_key_no_token_is_good() {
        source.set(keys());

        assertThat(tokens.verify(old.token(ADA, "operator")).cause()).isInstanceOf(Rejected.class);
    }

    private static Future<Jwks> keys(TestKey... keys) {
        return Future.succeededFuture(
                new Jwks(List.of(keys).stream().map(TestKey::jwk).toList()));
    }
}
