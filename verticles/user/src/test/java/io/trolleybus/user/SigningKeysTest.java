package io.trolleybus.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Principal;
import io.trolleybus.model.TokenFormat;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.GetKeys;
import io.trolleybus.model.UserMessages.Jwk;
import io.trolleybus.model.UserMessages.Jwks;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
    private static final Duration ROTATION = Duration.ofHours(24);
    private static final Duration LEAD = Duration.ofSeconds(TokenFormat.KEY_LEAD_S);
    private static final Duration LIFETIME = Duration.ofSeconds(TokenFormat.LIFETIME_S);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private TestPlatform platform;
    private TestService service;
    private SigningKeys keys;

    @BeforeEach
    void start() {
        platform = TestPlatform.start(now::get);
        service = platform.deploy(new UserModule());
        keys = instance();
        look();
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private SigningKeys instance() {
        return Futures.await(service.onLoop(
                context -> Future.succeededFuture(new SigningKeys(context.database(), context.clock(), ROTATION))));
    }

    private void look() {
        Futures.await(service.onLoop(context -> keys.look()));
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
        look();
    }

    private List<String> published() {
        return platform.call(UserMessages.KEYS, Principal.ANONYMOUS, new GetKeys(), Jwks.class)
                .fold(jwks -> jwks.keys().stream().map(Jwk::kid).toList(), refusal -> List.of(refusal.code()));
    }

    @Test
    void theFirstKeySignsAtOnce() {
        assertThat(published()).containsExactly(keys.current().kid());
    }

    @Test
    void aNewKeyIsPublishedBeforeItSignsAndTheOldOneAsLongAsItsTokensLive() {
        String first = keys.current().kid();

        pass(ROTATION);
        assertThat(published()).hasSize(2).contains(first);
        assertThat(keys.current().kid()).as("which everybody knows").isEqualTo(first);

        pass(LEAD);
        String second = keys.current().kid();
        assertThat(second).isNotEqualTo(first);
        assertThat(published()).containsExactlyInAnyOrder(first, second);

        pass(LIFETIME);
        assertThat(published())
                .as("somebody may have signed with it a moment ago")
                .contains(first);

        pass(Duration.ofMinutes(3));
        assertThat(published()).containsExactly(second);
        assertThat(keys.current().kid()).isEqualTo(second);
    }

    @Test
    void afterALongRestANewKeyStillHasToWait() {
        String first = keys.current().kid();

        pass(ROTATION.multipliedBy(10));

        assertThat(keys.current().kid()).isEqualTo(first);
        assertThat(published()).hasSize(2);
    }

    @Test
    void ofInstancesThatLookAtOnceOneMakesAKey() {
        List<SigningKeys> all = Stream.generate(this::instance).limit(4).toList();
        now.updateAndGet(before -> before.plus(ROTATION));

        Futures.await(service.onLoop(
                context -> Future.all(all.stream().map(SigningKeys::look).toList())));

        assertThat(published()).hasSize(2);
        assertThat(all.stream().map(each -> each.current().kid()).distinct()).hasSize(1);
    }
}
