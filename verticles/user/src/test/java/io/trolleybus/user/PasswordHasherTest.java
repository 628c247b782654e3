package io.trolleybus.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.testkit.Futures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordHasherTest {
    private final Vertx vertx = Vertx.vertx();
    private final PasswordHasher hasher = new PasswordHasher(vertx);

    @AfterEach
    void stop() {
        Futures.await(vertx.close());
    }

    @Test
    void hashesMadeAtTheSameTimeAreEachTheirOwn() {
        List<String> passwords = List.of("a quiet tram", "a loud tram", "a slow tram", "a quiet tram");

        List<String> hashes = passwords.stream().map(hasher::hash).toList().stream()
                .map(Futures::await)
                .toList();

        assertThat(hashes).doesNotHaveDuplicates().allMatch(hash -> hash.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
        assertThat(Futures.await(hasher.matches("a quiet tram", hashes.get(0)))).isTrue();
        assertThat(Futures.await(hasher.matches("a quiet tram", hashes.get(3)))).isTrue();
        assertThat(Futures.await(hasher.matches("a quiet tram", hashes.get(1)))).isFalse();
    }

    @Test
    void whatExceedsTheLimitIsRefusedAtOnceAndTheRestIsDone() {
        var accepted = IntStream.range(0, PasswordHasher.MAX_PENDING)
                .mapToObj(i -> hasher.hash("a quiet tram"))
                .toList();

        Future<String> refused = hasher.hash("a quiet tram");

        assertThat(refused.failed()).isTrue();
        assertThat(refused.cause()).isInstanceOf(BusyException.class);
        assertThat(accepted.stream().map(Futures::await)).hasSize(PasswordHasher.MAX_PENDING);
    }
}
