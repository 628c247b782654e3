package io.trolleybus.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.trolleybus.saga.Trips.Trip;
import org.junit.jupiter.api.Test;

class SagaVersionsTest {
    private final Receivers receivers = new Receivers();
    private final SagaVersions<Trip> versions =
            SagaVersions.beginningWith(receivers.version2()).alsoKnowing(receivers.version1());

    @Test
    void eachVersionIsFoundByItsNumber() {
        assertThat(versions.current()).isEqualTo(2);
        assertThat(versions.known()).containsExactly(1, 2);
        assertThat(versions.get(1).steps()).hasSize(2);
        assertThat(versions.get(2).steps()).hasSize(3);
    }

    @Test
    void aVersionToComeMayBeKnownBeforeItBegins() {
        var early = SagaVersions.beginningWith(receivers.version1()).alsoKnowing(receivers.version2());

        assertThat(early.current()).isEqualTo(1);
        assertThat(early.known()).containsExactly(1, 2);
    }

    @Test
    void anUnknownVersionIsNotTakenForAnother() {
        assertThatIllegalStateException()
                .isThrownBy(() -> versions.get(3))
                .withMessage("trip version 3 is not among [1, 2]");
    }

    @Test
    void aNumberStandsForOneTableOfOneSaga() {
        assertThatIllegalArgumentException().isThrownBy(() -> versions.alsoKnowing(receivers.version1()));
        var other = new SagaDefinition<>("journey", 3, receivers.version1().steps());
        assertThatIllegalArgumentException().isThrownBy(() -> versions.alsoKnowing(other));
    }

    @Test
    void aTableHasNoTwoStepsOfOneName() {
        var step = receivers.version1().steps().get(0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SagaDefinition<>("trip", 3, java.util.List.of(step, step)));
    }
}
