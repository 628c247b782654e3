package io.trolleybus.journal;

import static io.trolleybus.testkit.Futures.await;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.journal.Outcomes.Claim;
import io.trolleybus.journal.Outcomes.Outcome;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    private TestPlatform platform;
    private TestService service;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
        service = platform.deploy("keeper", Ledger.MIGRATIONS, context -> Future.succeededFuture());
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private static Claim claim(String key, String meaning) {
        return new Claim("user 1", key, Buffer.buffer(meaning), UUID.randomUUID());
    }

    private Future<List<Outcome>> claiming(Claim... claims) {
        return service.onLoop(context -> context.database().transaction(tx -> Outcomes.claim(tx, List.of(claims))));
    }

    private Outcome claimed(Claim claim) {
        return await(claiming(claim)).get(0);
    }

    private void age(String interval) {
        service.database().execute("update command_outcome set recorded_at = now() - '" + interval + "'::interval");
    }

    @Test
    void theFirstClaimOfAKeyWins() {
        Claim claim = claim("k", "meaning");

        assertThat(claimed(claim)).isEqualTo(new Outcome(true, claim.fingerprint(), claim.result()));
    }

    @Test
    void aRepeatGetsTheFirstResult() {
        Claim first = claim("k", "meaning");
        claimed(first);
        Claim again = claim("k", "meaning");

        Outcome outcome = claimed(again);

        assertThat(outcome).isEqualTo(new Outcome(false, first.fingerprint(), first.result()));
        assertThat(outcome.repeats(again)).isTrue();
    }

    @Test
    void anotherMeaningUnderTheSameKeyIsNoRepeat() {
        claimed(claim("k", "meaning"));
        Claim other = claim("k", "another");

        assertThat(claimed(other).repeats(other)).isFalse();
    }

    @Test
    void eachScopeHasItsOwnKeys() {
        claimed(claim("k", "meaning"));

        assertThat(claimed(new Claim("user 2", "k", Buffer.buffer("meaning"), UUID.randomUUID()))
                        .first())
                .isTrue();
    }

    @Test
    void newAndKnownKeysInOneCallKeepTheirOrder() {
        Claim known = claim("b", "meaning");
        claimed(known);
        Claim before = claim("a", "meaning");
        Claim after = claim("c", "meaning");

        List<Outcome> outcomes = await(claiming(after, claim("b", "meaning"), before));

        assertThat(outcomes).extracting(Outcome::first).containsExactly(true, false, true);
        assertThat(outcomes)
                .extracting(Outcome::result)
                .containsExactly(after.result(), known.result(), before.result());
    }

    @Test
    void claimingAKeyTwiceInOneCallFailsAndClaimsNothing() {
        awaitFailure(claiming(claim("k", "meaning"), claim("k", "meaning")));

        assertThat(service.database().number("select count(*) from command_outcome"))
                .isZero();
    }

    @Test
    void aClaimThatIsRolledBackWasNeverMade() {
        awaitFailure(service.onLoop(
                context -> context.database().transaction(tx -> Outcomes.claim(tx, List.of(claim("k", "meaning")))
                        .compose(claimed -> Future.failedFuture(new IllegalStateException("no"))))));

        assertThat(claimed(claim("k", "meaning")).first()).isTrue();
    }

    @Test
    void aKeyIsRememberedForADay() {
        Claim first = claim("k", "meaning");
        claimed(first);

        age("23 hours 59 minutes");

        assertThat(claimed(claim("k", "meaning")).result()).isEqualTo(first.result());
    }

    @Test
    void afterADayAKeyIsFreeForAnotherMeaning() {
        claimed(claim("k", "meaning"));
        age("24 hours 1 minute");
        Claim other = claim("k", "another");

        assertThat(claimed(other)).isEqualTo(new Outcome(true, other.fingerprint(), other.result()));
        assertThat(claimed(claim("k", "another")).result()).isEqualTo(other.result());
    }

    @Test
    void onlyWhatIsOlderThanItsPromiseIsPurged() {
        claimed(claim("old", "meaning"));
        age("26 hours");
        claimed(claim("young", "meaning"));

        await(service.onLoop(context -> Outcomes.purge(context.database().reads())));

        assertThat(service.database().rows("select key from command_outcome")).containsExactly(List.of("young"));
    }

    @Test
    void aKeyIsFoundWithoutClaimingIt() {
        Claim known = claim("known", "meaning");
        claimed(known);

        List<Outcome> found = await(service.onLoop(
                context -> Outcomes.find(context.database().reads(), List.of(claim("unknown", "m"), known))));

        assertThat(found).containsExactly(null, new Outcome(false, known.fingerprint(), known.result()));
        assertThat(claimed(claim("unknown", "m")).first()).isTrue();
    }

    @Test
    void ofConcurrentClaimsExactlyOneIsFirstAndAllGetItsResult() {
        List<Future<List<Outcome>>> claims = IntStream.range(0, 20)
                .mapToObj(i -> claiming(claim("k", "meaning")))
                .toList();

        List<Outcome> outcomes = claims.stream().map(each -> await(each).get(0)).toList();

        List<Outcome> firsts = outcomes.stream().filter(Outcome::first).toList();
        assertThat(firsts).hasSize(1);
        assertThat(outcomes)
                .extracting(Outcome::result)
                .containsOnly(firsts.get(0).result());
    }

    @Test
    void aClaimWaitsForTheOneThatIsUnderWay() {
        Promise<Void> release = Promise.promise();
        Claim winner = claim("k", "meaning");
        Promise<List<Outcome>> made = Promise.promise();
        Future<List<Outcome>> first =
                service.onLoop(context -> context.database().transaction(tx -> Outcomes.claim(tx, List.of(winner))
                        .onComplete(made)
                        .compose(outcome -> release.future().map(outcome))));
        await(made.future());

        Future<List<Outcome>> second = claiming(claim("k", "meaning"));
        await().until(() -> service.database()
                        .number("select count(*) from pg_stat_activity where datname = current_database() "
                                + "and wait_event_type = 'Lock'")
                > 0);
        assertThat(second.isComplete()).isFalse();
        release.complete();

        assertThat(await(first).get(0).first()).isTrue();
        assertThat(await(second).get(0)).isEqualTo(new Outcome(false, winner.fingerprint(), winner.result()));
    }

    @Test
    void callsThatClaimTheSameKeysInOppositeOrderDoNotBlockEachOtherForEver() {
        List<Future<List<Outcome>>> calls = IntStream.range(0, 20)
                .mapToObj(i -> i % 2 == 0
                        ? claiming(claim("a" + i / 2, "m"), claim("b" + i / 2, "m"))
                        : claiming(claim("b" + i / 2, "m"), claim("a" + i / 2, "m")))
                .toList();

        calls.forEach(call -> assertThat(await(call)).hasSize(2));
    }
}
