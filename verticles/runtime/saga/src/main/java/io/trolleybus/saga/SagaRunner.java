package io.trolleybus.saga;

import io.micrometer.core.instrument.Tags;
import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Drives the sagas of one instance, each by the version of the table that it was begun with: sends a step's command,
 * gives the answer to the state, stores what must be stored, and goes on. A saga that another has taken over is dropped
 * without a word. For one event loop.
 *
 * @param <C> what a saga is about
 */
public final class SagaRunner<C> {
    /** More sagas at once are not begun; those who ask are told that we are busy. */
    public static final int MAX_RUNNING = 10_000;

    private static final Logger LOG = LogManager.getLogger(SagaRunner.class);
    private static final long COMMAND_LIMIT_MS = 10_000;
    private static final Duration SAVE_PAUSE = Duration.ofMillis(250);

    /** What the runner needs to know of a subject. */
    public record Identity<C>(Function<C, UUID> id, ToIntFunction<C> version, Function<C, Trace> trace) {}

    private final Vertx vertx;
    private final SagaVersions<C> versions;
    private final SagaStore<C> store;
    private final Identity<C> identity;
    private final BiConsumer<C, SagaState> onEnd;
    private final Principal principal;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final CommandIds commandIds;
    private final SagaOutcomes outcomes;
    private final OpenSagas<C> open;
    private final Map<UUID, SagaRun<C>> running = new HashMap<>();
    private Set<UUID> overlooked = Set.of();
    private boolean stopped;

    /**
     * @param context of the service in whose name commands are sent
     * @param onEnd told once of each saga whose end this instance has stored
     */
    public SagaRunner(
            ServiceContext context,
            SagaVersions<C> versions,
            SagaStore<C> store,
            Identity<C> identity,
            BiConsumer<C, SagaState> onEnd) {
        this.vertx = context.vertx();
        this.versions = versions;
        this.store = store;
        this.identity = identity;
        this.onEnd = onEnd;
        this.principal = Principal.service(context.service());
        this.clock = context.clock();
        this.random = context.random();
        this.commandIds = new CommandIds(versions.name());
        this.outcomes = new SagaOutcomes(context.meters().registry(), versions.name());
        this.open = new OpenSagas<>(versions.name(), store, context.meters());
        context.meters().gauge("trolleybus_saga_running", Tags.of("saga", versions.name()), running, Map::size);
    }

    /** The version that new sagas are to be stored with. */
    public int currentVersion() {
        return versions.current();
    }

    public boolean isFull() {
        return running.size() >= MAX_RUNNING;
    }

    /**
     * Begins a saga whose start is stored.
     *
     * @return the subject when the saga has ended or is parked; never completes if another takes it over
     */
    public Future<C> begin(C subject) {
        SagaRun<C> already = running.get(identity.id().apply(subject));
        if (already != null) {
            return already.ended.future();
        }
        SagaDefinition<C> definition = definitionOf(subject);
        return run(definition, subject, SagaLog.EMPTY, SagaState.start(definition, clock.millis()));
    }

    /**
     * Runs every saga of the owner that is not at rest, from what is stored, in pages. What was in memory is dropped.
     */
    public Future<Void> resumeAll(String owner) {
        running.clear();
        return open.all(owner, this::resume);
    }

    /** Runs these of the owner's sagas, which this instance did not run so far. */
    public Future<Void> resume(String owner, Set<UUID> sagas) {
        return open.of(owner, sagas, this::resume);
    }

    /**
     * Runs what is the owner's to run and yet stands still, to be called now and then: the answer to the commit of its
     * start was lost, or it could not be read when {@link #resumeAll} looked. Two calls in a row must find a saga so,
     * since one that begins or ends in this moment looks the same.
     */
    public Future<Void> resumeOverlooked(String owner) {
        var idle = new HashSet<UUID>();
        return open.all(owner, stored -> {
                    UUID id = identity.id().apply(stored.subject());
                    if (overlooked.contains(id)) {
                        resume(stored);
                    } else if (!running.containsKey(id)) {
                        idle.add(id);
                    }
                })
                .onSuccess(read -> overlooked = idle);
    }

    /** The running saga with this id, or null; completes as {@link #begin} says. */
    public @Nullable Future<C> running(UUID id) {
        SagaRun<C> run = running.get(id);
        return run == null ? null : run.ended.future();
    }

    /** Sends nothing more. What is under way is resumed from the store by whoever comes next. */
    public void stop() {
        stopped = true;
    }

    private void resume(SagaStore.Stored<C> stored) {
        boolean begun = running.containsKey(identity.id().apply(stored.subject()));
        if (!begun && !stored.state().isAtRest()) {
            SagaDefinition<C> definition = definitionOf(stored.subject());
            run(definition, stored.subject(), stored.log(), stored.state().resume(definition, clock.millis()));
        }
    }

    /**
     * Goes on with one of the owner's sagas from what is stored, which somebody has changed. What this process ran of
     * it is dropped.
     */
    public Future<Void> replace(String owner, UUID saga) {
        running.remove(saga);
        return resume(owner, Set.of(saga));
    }

    private SagaDefinition<C> definitionOf(C subject) {
        return versions.get(identity.version().applyAsInt(subject));
    }

    private Future<C> run(SagaDefinition<C> definition, C subject, SagaLog log, Transition first) {
        var run = new SagaRun<>(definition, subject, first.next(), log, clock.millis());
        running.put(identity.id().apply(subject), run);
        follow(run, first);
        return run.ended.future();
    }

    private void follow(SagaRun<C> run, Transition transition) {
        if (stopped || !isCurrent(run)) {
            return;
        }
        run.state = transition.next();
        if (run.state.isAtRest()) {
            run.log = run.log.held(clock.millis());
        }
        if (transition.save() || run.isToBeShown(clock.millis())) {
            save(run, transition.effect(), false);
        } else {
            carryOut(run, transition.effect());
        }
    }

    /** Repeats until it is known what is stored: nothing may be sent before. */
    private void save(SagaRun<C> run, Effect effect, boolean again) {
        if (stopped || !isCurrent(run)) {
            return;
        }
        store.save(run.subject, run.state, run.log, again).onComplete(saved -> {
            if (saved.failed()) {
                LOG.warn(
                        "saga {} is not stored yet: {}",
                        identity.id().apply(run.subject),
                        String.valueOf(saved.cause().getMessage()));
                later(SAVE_PAUSE, () -> save(run, effect, true));
            } else if (saved.result() == null) {
                forget(run);
            } else {
                run.subject = saved.result();
                run.savedAtMs = clock.millis();
                outcomes.count(run.state);
                if (run.state.hasEnded()) {
                    onEnd.accept(run.subject, run.state);
                }
                carryOut(run, effect);
            }
        });
    }

    private void carryOut(SagaRun<C> run, Effect effect) {
        if (effect instanceof Effect.Act act) {
            SagaStep<C> step = run.definition.steps().get(act.step());
            UUID id = commandIds.ofAction(identity.id().apply(run.subject), step.name());
            later(act.pause(), () -> send(run, step, SagaLog.Direction.DO, step.action(), id));
        } else if (effect instanceof Effect.Undo undo) {
            SagaStep<C> step = run.definition.steps().get(undo.step());
            UUID id = commandIds.ofUndo(identity.id().apply(run.subject), step.name());
            later(undo.pause(), () -> send(run, step, SagaLog.Direction.UNDO, step.wayBack(), id));
        } else {
            forget(run);
            run.ended.complete(run.subject);
        }
    }

    private void send(SagaRun<C> run, SagaStep<C> step, SagaLog.Direction direction, StepCommand<C> command, UUID id) {
        if (stopped || !isCurrent(run)) {
            return;
        }
        run.log = run.log.attempt(step.name(), direction, clock.millis());
        var call =
                new Call(id, clock.millis() + COMMAND_LIMIT_MS, identity.trace().apply(run.subject), principal);
        ask(command, run.subject, call).onComplete(answered -> {
            Signal signal = answered.succeeded() ? signalOf(answered.result()) : signalOf(answered.cause());
            run.log = run.log.answered(signal, clock.millis());
            follow(run, run.state.on(signal, run.definition, clock.millis()));
        });
    }

    /** A command that throws is as good as unanswered, so that its saga does not stand still. */
    private static <C> Future<? extends Reply<?>> ask(StepCommand<C> command, C subject, Call call) {
        try {
            return command.send(subject, call);
        } catch (RuntimeException bug) {
            LOG.error("a saga's command cannot be sent", bug);
            return Future.failedFuture(bug);
        }
    }

    private static Signal signalOf(Reply<?> reply) {
        return reply.fold(done -> new Signal.Done(), Signal.Refused::new);
    }

    private static Signal signalOf(Throwable cause) {
        return cause instanceof StepFailedException failed ? new Signal.Failed(failed.why()) : new Signal.Unanswered();
    }

    private boolean isCurrent(SagaRun<C> run) {
        return running.get(identity.id().apply(run.subject)) == run;
    }

    private void forget(SagaRun<C> run) {
        running.remove(identity.id().apply(run.subject), run);
    }

    private void later(Duration pause, Runnable work) {
        long ms = pause.toMillis();
        if (ms == 0) {
            work.run();
        } else {
            vertx.setTimer(ms / 2 + random.nextLong(ms / 2 + 1) + 1, tick -> work.run());
        }
    }
}
