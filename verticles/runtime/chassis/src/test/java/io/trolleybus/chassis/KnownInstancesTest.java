package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownInstancesTest {
    private static final Duration LEASE = Duration.ofSeconds(8);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final KnownInstances known = new KnownInstances(LEASE, TICK, START);

    private void see(String name, long renewal, Instant now) {
        known.see(name, instance(name, now), renewal);
    }

    private static ServiceDirectory.Instance instance(String name, Instant now) {
        return new ServiceDirectory.Instance(
                "echo", name, "node-" + name, "member-" + name, "1", START, now.plus(LEASE), List.of("echo.say"));
    }

    private List<String> present() {
        return known.present().stream()
                .map(ServiceDirectory.Instance::id)
                .sorted()
                .toList();
    }

    private List<String> expired(Instant now, String... spared) {
        return known.expire(now, Set.of(spared)).stream()
                .map(ServiceDirectory.Instance::id)
                .toList();
    }

    @Test
    void whoIsSilentForALeaseIsDroppedOnceAndWhoIsSparedIsNot() {
        see("a", 0, START);
        see("b", 0, START);
        see("own", 0, START);
        see("b", 1, START.plusSeconds(2));

        assertThat(expired(START.plus(LEASE), "own")).isEmpty();
        assertThat(expired(START.plus(LEASE).plusMillis(1), "own")).containsExactly("a");
        assertThat(expired(START.plus(LEASE).plusMillis(1), "own")).isEmpty();
        assertThat(present()).containsExactly("b", "own");
        assertThat(known.presentByAddress().get("echo.say")).hasSize(2);
    }

    @Test
    void aDroppedInstanceComesBackByARenewalAndNotByARecordWithoutNews() {
        see("a", 7, START);
        known.drop(instance -> true, Set.of());

        see("a", 7, START.plusSeconds(1));
        assertThat(present()).isEmpty();

        see("a", 8, START.plusSeconds(2));
        assertThat(present()).containsExactly("a");
    }

    @Test
    void anEntryIsForgottenWhenNobodyListsIt() {
        see("a", 7, START);
        see("b", 1, START);
        known.drop(instance -> true, Set.of());
        known.retain(List.of("b"));

        see("a", 7, START.plusSeconds(1));
        see("b", 1, START.plusSeconds(1));

        assertThat(present()).containsExactly("a");
    }

    @Test
    void whoIsSilentForASecondLeaseIsAbandoned() {
        see("a", 0, START);
        Instant end = START.plus(LEASE).plusMillis(1);
        assertThat(expired(end)).containsExactly("a");

        assertThat(known.abandoned(end)).isEmpty();
        assertThat(known.abandoned(end.plus(LEASE))).containsExactly("a");
    }

    @Test
    void afterAPauseOfThisProcessEverybodyHasANewLease() {
        see("a", 0, START);
        assertThat(known.stoodStill(START.plusSeconds(1))).isZero();
        // A machine that is merely busy.
        assertThat(known.stoodStill(START.plusSeconds(3))).isZero();

        Instant woken = START.plusSeconds(93);
        assertThat(known.stoodStill(woken)).isEqualTo(Duration.ofSeconds(89));

        assertThat(expired(woken.plus(LEASE))).isEmpty();
        assertThat(expired(woken.plus(LEASE).plusMillis(1))).containsExactly("a");
    }

    @Test
    void aClockThatIsSetBackLengthensNoLease() {
        see("a", 0, START.plusSeconds(3_600));
        known.stoodStill(START.plusSeconds(3_600));

        assertThat(known.stoodStill(START)).isNegative();

        assertThat(expired(START.plus(LEASE).plusMillis(1))).containsExactly("a");
    }
}
