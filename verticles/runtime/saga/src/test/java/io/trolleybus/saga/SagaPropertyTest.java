package io.trolleybus.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever the receivers answer and whenever the process dies, a saga leaves nothing half done. */
class SagaPropertyTest {
    private static final int ENOUGH = 1_000;

    /** What happens to a saga next: its command is answered, or its process dies and another reads what is stored. */
    private enum Event {
        DONE,
        REFUSED,
        UNANSWERED,
        SLOWLY_UNANSWERED,
        CRASHED_BEFORE_SAVING,
        CRASHED
    }

    /** A saga, its store and its receivers, which do what they are sent also when their answer is lost. */
    private static final class World {
        final List<Integer> undoOrder = new ArrayList<>();
        final Set<Integer> standing = new HashSet<>();
        long nowMs = 1;
        SagaState stored;
        Transition last;

        World() {
            last = SagaState.start(TripTable.TABLE, nowMs);
            stored = last.next();
        }

        boolean isOver() {
            return stored.isAtRest();
        }

        void step(Event event) {
            if (last.save() && event != Event.CRASHED_BEFORE_SAVING) {
                stored = last.next();
            }
            if (event == Event.CRASHED || event == Event.CRASHED_BEFORE_SAVING) {
                last = stored.resume(TripTable.TABLE, nowMs);
                return;
            }
            if (last.next().isAtRest()) {
                return;
            }
            nowMs += event == Event.SLOWLY_UNANSWERED ? TripTable.LIMIT.toMillis() : 10;
            last = last.next().on(carryOut(last.effect(), event), TripTable.TABLE, nowMs);
        }

        private Signal carryOut(Effect effect, Event event) {
            if (effect instanceof Effect.Act act) {
                assertThat(undoOrder)
                        .as("no action once the saga has turned back")
                        .isEmpty();
                if (event == Event.REFUSED && !standing.contains(act.step())) {
                    return new Signal.Refused(Refusal.of("no", "no"));
                }
                standing.add(act.step());
            } else {
                int step = ((Effect.Undo) effect).step();
                assertThat(stored)
                        .as("stored before the first compensation")
                        .isInstanceOf(SagaState.Compensating.class);
                undoOrder.add(step);
                if (event == Event.REFUSED) {
                    return new Signal.Refused(Refusal.of("no", "no"));
                }
                standing.remove(step);
            }
            return event == Event.DONE || event == Event.REFUSED ? new Signal.Done() : new Signal.Unanswered();
        }
    }

    @Property
    void everySagaComesToRestWithAllDoneOrAllUndoneOrParked(@ForAll("stories") List<Event> story) {
        var world = new World();
        story.forEach(world::step);
        for (int i = 0; i < ENOUGH && !world.isOver(); i++) {
            world.step(Event.DONE);
        }

        if (world.stored instanceof SagaState.Completed) {
            assertThat(world.standing).containsExactlyInAnyOrder(TripTable.FLIGHT, TripTable.HOTEL, TripTable.CAR);
            assertThat(world.undoOrder).isEmpty();
        } else if (world.stored instanceof SagaState.Compensated) {
            assertThat(world.standing).isEmpty();
        } else {
            assertThat(world.stored).isInstanceOf(SagaState.Parked.class);
        }
    }

    @Property
    void withoutCrashesCompensationOnlyGoesUpwards(@ForAll("calmStories") List<Event> story) {
        var world = new World();
        story.forEach(world::step);

        for (int i = 1; i < world.undoOrder.size(); i++) {
            int before = world.undoOrder.get(i - 1);
            assertThat(world.undoOrder.get(i)).isIn(before, before - 1);
        }
    }

    @Property
    void silenceBringsEverySagaToRestToo(@ForAll("calmStories") List<Event> story) {
        var world = new World();
        story.forEach(world::step);
        for (int i = 0; i < ENOUGH && !world.isOver(); i++) {
            world.step(Event.SLOWLY_UNANSWERED);
        }

        assertThat(world.isOver()).isTrue();
    }

    @Provide
    Arbitrary<List<Event>> stories() {
        return Arbitraries.frequency(
                        Tuple.of(6, Event.DONE),
                        Tuple.of(1, Event.REFUSED),
                        Tuple.of(3, Event.UNANSWERED),
                        Tuple.of(1, Event.SLOWLY_UNANSWERED),
                        Tuple.of(1, Event.CRASHED_BEFORE_SAVING),
                        Tuple.of(2, Event.CRASHED))
                .list()
                .ofMaxSize(40);
    }

    @Provide
    Arbitrary<List<Event>> calmStories() {
        return Arbitraries.frequency(
                        Tuple.of(6, Event.DONE),
                        Tuple.of(2, Event.REFUSED),
                        Tuple.of(3, Event.UNANSWERED),
                        Tuple.of(1, Event.SLOWLY_UNANSWERED))
                .list()
                .ofMaxSize(40);
    }
}
