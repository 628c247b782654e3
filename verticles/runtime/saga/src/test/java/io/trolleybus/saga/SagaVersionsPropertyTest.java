package io.trolleybus.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.saga.Trips.Trip;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever programs a saga passes through on its way, it takes the steps of the version it was begun with. */
class SagaVersionsPropertyTest {
    private static final int ENOUGH = 100;

    private final Receivers receivers = new Receivers();
    private final SagaVersions<Trip> older = SagaVersions.beginningWith(receivers.version1());
    private final SagaVersions<Trip> newer =
            SagaVersions.beginningWith(receivers.version2()).alsoKnowing(receivers.version1());

    /** What happens next: a signal, or another process, of the older or the newer program, reads what is stored. */
    private enum Event {
        DONE,
        UNANSWERED,
        OLDER_TAKES_OVER,
        NEWER_TAKES_OVER
    }

    /** A saga of one version, which is carried out while the program that has it knows that version. */
    private final class Story {
        final int version;
        final List<String> carriedOut = new ArrayList<>();
        SagaVersions<Trip> program = newer;
        SagaState stored;
        Transition last;

        Story(int version) {
            this.version = version;
            last = SagaState.start(newer.get(version), 0);
            stored = last.next();
        }

        void happens(Event event) {
            switch (event) {
                case OLDER_TAKES_OVER -> takeOver(older);
                case NEWER_TAKES_OVER -> takeOver(newer);
                case DONE -> answer(new Signal.Done());
                case UNANSWERED -> answer(new Signal.Unanswered());
            }
        }

        private void takeOver(SagaVersions<Trip> heir) {
            program = heir;
            if (heir.known().contains(version)) {
                last = stored.resume(heir.get(version), 0);
            }
        }

        private void answer(Signal signal) {
            if (!program.known().contains(version) || stored.isAtRest()) {
                return;
            }
            if (signal instanceof Signal.Done && last.effect() instanceof Effect.Act act) {
                carriedOut.add(program.get(version).steps().get(act.step()).name());
            }
            last = last.next().on(signal, program.get(version), 0);
            if (last.save()) {
                stored = last.next();
            }
        }
    }

    @Property
    void everySagaEndsByTheStepsOfItsOwnVersion(
            @ForAll @IntRange(min = 1, max = 2) int version, @ForAll("events") @Size(max = 30) List<Event> events) {
        var story = new Story(version);
        events.forEach(story::happens);
        story.happens(Event.NEWER_TAKES_OVER);
        for (int i = 0; i < ENOUGH; i++) {
            story.happens(Event.DONE);
        }

        assertThat(story.stored).isEqualTo(new SagaState.Completed());
        assertThat(story.carriedOut).allMatch(namesOf(version)::contains);
        assertThat(story.carriedOut.subList(
                        story.carriedOut.size() - namesOf(version).size(), story.carriedOut.size()))
                .isEqualTo(namesOf(version));
    }

    private List<String> namesOf(int version) {
        return newer.get(version).steps().stream().map(SagaStep::name).toList();
    }

    @Provide
    Arbitrary<List<Event>> events() {
        return Arbitraries.of(Event.class).list();
    }
}
