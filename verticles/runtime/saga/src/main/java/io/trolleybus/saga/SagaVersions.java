package io.trolleybus.saga;

import io.trolleybus.model.Refusal;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The versions of one saga's table that a program knows. The current one begins new sagas; each saga goes on by the one
 * it was begun with, whatever has become current since.
 *
 * <p>A program must know every version of which sagas may still be under way. It may also know one to come: when all
 * processes know a version before the first begins a saga by it, no saga ever has to wait for one that does.
 */
public final class SagaVersions<C> {
    private final SagaDefinition<C> current;
    private final SortedMap<Integer, SagaDefinition<C>> known = new TreeMap<>();

    private SagaVersions(SagaDefinition<C> current) {
        this.current = current;
        known.put(current.version(), current);
    }

    /** Begins new sagas by this table. */
    public static <C> SagaVersions<C> beginningWith(SagaDefinition<C> current) {
        return new SagaVersions<>(current);
    }

    /** @throws IllegalArgumentException if it is another saga's, or the version is there already */
    public SagaVersions<C> alsoKnowing(SagaDefinition<C> other) {
        if (!other.name().equals(current.name())) {
            throw new IllegalArgumentException(other.name() + " is no version of " + current.name());
        }
        if (known.putIfAbsent(other.version(), other) != null) {
            throw new IllegalArgumentException(current.name() + " has two versions " + other.version());
        }
        return this;
    }

    public String name() {
        return current.name();
    }

    /** By which new sagas begin. */
    public int current() {
        return current.version();
    }

    /** All that are known, in ascending order. */
    public Set<Integer> known() {
        return Collections.unmodifiableSet(known.keySet());
    }

    /** The names of a version's steps, in their order; empty if it is not known. */
    public List<String> stepsOf(int version) {
        SagaDefinition<C> definition = known.get(version);
        return definition == null
                ? List.of()
                : definition.steps().stream().map(SagaStep::name).toList();
    }

    /** As {@link SagaState#turnedBack}; empty, too, if the version is not known. */
    public Optional<SagaState> turnedBack(int version, SagaState state, Refusal because) {
        SagaDefinition<C> definition = known.get(version);
        return definition == null ? Optional.empty() : state.turnedBack(definition, because);
    }

    /** The step that a saga in this state has to get done in any case; empty if it may also turn back, or is over. */
    public Optional<String> mustBeDone(int version, SagaState state) {
        SagaDefinition<C> definition = known.get(version);
        if (definition == null || state.hasEnded() || state.step() < 0) {
            return Optional.empty();
        }
        SagaStep<C> step = definition.steps().get(state.step());
        return step.isInsistedOn() && step.withdrawal() == null ? Optional.of(step.name()) : Optional.empty();
    }

    /** @throws IllegalStateException if it is not known: its sagas are not this program's to run */
    SagaDefinition<C> get(int version) {
        SagaDefinition<C> definition = known.get(version);
        if (definition == null) {
            throw new IllegalStateException(name() + " version " + version + " is not among " + known.keySet());
        }
        return definition;
    }
}
