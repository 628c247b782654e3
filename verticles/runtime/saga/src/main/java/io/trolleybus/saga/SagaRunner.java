package io.trolleybus.saga;

import io.micrometer.core.instrument.MeterRegistry;
import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Drives the sagas of one process: sends a step's command, gives the answer to the state, stores what must be stored,
 * and goes on. A saga that another process has taken over is dropped without a word. For one event loop.
 *
 * @param <C> what a saga is about
 */
public final class SagaRunner<C> {
    /** More sagas at once are not begun; those who ask are told that we are busy. */
    public static final int MAX_RUNNING = 10_000;

    private static final Logger LOG = LogManager.getLogger(SagaRunner.class);
    private static final int RESUME_PAGE = 200;
    private static final long COMMAND_LIMIT_MS = 10_000;
    private static final Duration SAVE_PAUSE = Duration.ofMillis(250);

    /** What the runner needs to know of a subject. */
    public record Identity<C>(Function<C, UUID> id, Function<C, Trace> trace) {}

    private static final class Run<C> {
        final Promise<C> ended = Promise.promise();
        C subject;
        SagaState state;

        Run(C subject, SagaState state) {
            this.subject = subject;
            this.state = state;
        }
    }

    private final Vertx vertx;
    private final SagaDefinition<C> definition;
    private final SagaStore<C> store;
    private final Identity<C> identity;
    private final Principal principal;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<UUID, Run<C>> running = new HashMap<>();
    private final List<UUID> actionSeeds;
    private Set<UUID> overlooked = Set.of();
    private boolean stopped;

    /** @param service in whose name commands are sent */
    public SagaRunner(
            Vertx vertx,
            String service,
            SagaDefinition<C> definition,
            SagaStore<C> store,
            Identity<C> identity,
            MeterRegistry meters,
            InstantSource clock,
            RandomGenerator random) {
        this.vertx = vertx;
        this.definition = definition;
        this.store = store;
        this.identity = identity;
        this.principal = Principal.service(service);
        this.clock = clock;
        this.random = random;
        this.actionSeeds = definition.steps().stream()
                .map(step -> UUID.nameUUIDFromBytes(
                        (definition.name() + '/' + step.name()).getBytes(StandardCharsets.UTF_8)))
                .toList();
        meters.gauge("trolleybus_saga_running", running, Map::size);
    }

    public boolean isFull() {
        return running.size() >= MAX_RUNNING;
    }

    /**
     * Begins a saga whose start is stored.
     *
     * @return the subject when the saga has ended or is parked; never completes if another process takes it over
     */
    public Future<C> begin(C subject) {
        Run<C> already = running.get(identity.id().apply(subject));
        return already == null ? run(subject, SagaState.start(definition, clock.millis())) : already.ended.future();
    }

    /**
     * Runs every saga of the owner that is not at rest, from what is stored, in pages. What was in memory is dropped.
     */
    public Future<Void> resumeAll(String owner) {
        running.clear();
        return eachOpen(owner, null, this::resume);
    }

    /**
     * Runs what is the owner's to run and yet stands still, to be called now and then: the answer to the commit of its
     * start was lost, or it could not be read when {@link #resumeAll} looked. Two calls in a row must find a saga so,
     * since one that begins or ends in this moment looks the same.
     */
    public Future<Void> resumeOverlooked(String owner) {
        var idle = new HashSet<UUID>();
        return eachOpen(owner, null, stored -> {
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
        Run<C> run = running.get(id);
        return run == null ? null : run.ended.future();
    }

    /** Sends nothing more. What is under way is resumed from the store by whoever comes next. */
    public void stop() {
        stopped = true;
    }

    private Future<Void> eachOpen(String owner, @Nullable C after, Consumer<SagaStore.Stored<C>> work) {
        return store.open(owner, after, RESUME_PAGE).compose(page -> {
            page.forEach(work);
            return page.size() < RESUME_PAGE
                    ? Future.succeededFuture()
                    : eachOpen(owner, page.get(page.size() - 1).subject(), work);
        });
    }

    private void resume(SagaStore.Stored<C> stored) {
        boolean begun = running.containsKey(identity.id().apply(stored.subject()));
        if (!begun && !stored.state().isAtRest()) {
            run(stored.subject(), stored.state().resume(definition, clock.millis()));
        }
    }

    private Future<C> run(C subject, Transition first) {
        var run = new Run<>(subject, first.next());
        running.put(identity.id().apply(subject), run);
        follow(run, first);
        return run.ended.future();
    }

    private void follow(Run<C> run, Transition transition) {
        if (stopped || !isCurrent(run)) {
            return;
        }
        run.state = transition.next();
        if (transition.save()) {
            save(run, transition.effect());
        } else {
            carryOut(run, transition.effect());
        }
    }

    /** Repeats until it is known what is stored: nothing may be sent before. */
    private void save(Run<C> run, Effect effect) {
        if (stopped || !isCurrent(run)) {
            return;
        }
        store.save(run.subject, run.state).onComplete(saved -> {
            if (saved.failed()) {
                LOG.warn(
                        "saga {} is not stored yet: {}",
                        identity.id().apply(run.subject),
                        String.valueOf(saved.cause().getMessage()));
                later(SAVE_PAUSE, () -> save(run, effect));
            } else if (saved.result() == null) {
                forget(run);
            } else {
                run.subject = saved.result();
                carryOut(run, effect);
            }
        });
    }

    private void carryOut(Run<C> run, Effect effect) {
        if (effect instanceof Effect.Act act) {
            later(
                    act.pause(),
                    () -> send(
                            run, act.step(), definition.steps().get(act.step()).action(), 0));
        } else if (effect instanceof Effect.Undo undo) {
            later(
                    undo.pause(),
                    () -> send(
                            run,
                            undo.step(),
                            definition.steps().get(undo.step()).undo(),
                            1));
        } else {
            forget(run);
            run.ended.complete(run.subject);
        }
    }

    private void send(Run<C> run, int step, StepCommand<C> command, int direction) {
        if (stopped || !isCurrent(run)) {
            return;
        }
        var call = new Call(
                commandId(run.subject, step, direction),
                clock.millis() + COMMAND_LIMIT_MS,
                identity.trace().apply(run.subject),
                principal);
        ask(command, run.subject, call).onComplete(answered -> {
            Signal signal = answered.succeeded() ? signalOf(answered.result()) : new Signal.Unanswered();
            follow(run, run.state.on(signal, definition, clock.millis()));
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

    /** The same for every repetition, in whatever process, and different for each step and direction. */
    private UUID commandId(C subject, int step, int direction) {
        UUID id = identity.id().apply(subject);
        UUID seed = actionSeeds.get(step);
        return new UUID(
                id.getMostSignificantBits() ^ seed.getMostSignificantBits(),
                id.getLeastSignificantBits() ^ seed.getLeastSignificantBits() ^ direction);
    }

    private boolean isCurrent(Run<C> run) {
        return running.get(identity.id().apply(run.subject)) == run;
    }

    private void forget(Run<C> run) {
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
