package io.trolleybus.journal;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.TimeLimit;
import io.trolleybus.journal.ProjectionRows.Stored;
import io.trolleybus.model.ProjectionMessages.FindProjections;
import io.trolleybus.model.ProjectionMessages.ProjectionList;
import io.trolleybus.model.ProjectionMessages.ProjectionState;
import io.trolleybus.model.ProjectionMessages.ProjectionView;
import io.trolleybus.model.ProjectionMessages.Rebuild;
import io.trolleybus.model.ProjectionMessages.RebuildProjection;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The read models of one service: kept up to date from its journal, made anew while they are read, and read no earlier
 * than they show what had happened when they were asked. For one event loop.
 */
public final class Projections {
    private static final Logger LOG = LogManager.getLogger(Projections.class);

    /** How long a query waits for what has just happened; then it is answered as things stand. */
    private static final long PATIENCE_MS = 1_500;

    /** Before it is looked again whether another instance has read on, when this one could not. */
    private static final long AGAIN_MS = 20;

    private final ServiceContext context;
    private final Map<String, ProjectionKeeper> keepers = new LinkedHashMap<>();

    /**
     * What a query has seen.
     *
     * @param position how far the read model had come
     * @param head where the journal ended at that moment
     */
    public record Seen<T>(T result, long position, long head) {}

    public Projections(ServiceContext context, List<Projection> projections) {
        this.context = context;
        projections.forEach(projection -> keepers.put(projection.name(), new ProjectionKeeper(context, projection)));
    }

    /**
     * Completes when it is known how each stands. In a young journal all can be read at once; a new one of a long
     * journal is made first, and until then its queries fail as unavailable.
     */
    public Future<?> start() {
        return Future.all(keepers.values().stream().map(ProjectionKeeper::start).toList());
    }

    public Future<?> stop() {
        return Future.join(keepers.values().stream().map(ProjectionKeeper::stop).toList());
    }

    /** Runs a query of a read model, and runs it again if that was behind the journal when it was first asked. */
    public <T> Future<T> read(String name, Supplier<Future<Seen<T>>> query) {
        long untilMs = context.clock().millis() + PATIENCE_MS;
        return query.get().compose(seen -> since(seen.head, seen, keeper(name), query, untilMs));
    }

    private <T> Future<T> since(
            long wanted, Seen<T> seen, ProjectionKeeper keeper, Supplier<Future<Seen<T>>> query, long untilMs) {
        long leftMs = untilMs - context.clock().millis();
        if (seen.position >= wanted || leftMs <= 0) {
            return Future.succeededFuture(seen.result);
        }
        return TimeLimit.within(leftMs, context.vertx(), keeper.catchUp())
                .recover(failed -> context.vertx().timer(AGAIN_MS).mapEmpty())
                .compose(read -> query.get())
                .compose(next -> since(wanted, next, keeper, query, untilMs));
    }

    private ProjectionKeeper keeper(String name) {
        ProjectionKeeper keeper = keepers.get(name);
        if (keeper == null) {
            throw new IllegalArgumentException("there is no projection " + name);
        }
        return keeper;
    }

    /** Answers what there are, and how they stand. */
    public Future<Reply<ProjectionList>> find(Call call, FindProjections query) {
        if (!call.principal().isOperator()) {
            return forbidden();
        }
        List<Future<ProjectionView>> views =
                keepers.values().stream().map(this::view).toList();
        return Future.all(views)
                .map(all -> Reply.done(
                        new ProjectionList(views.stream().map(Future::result).toList())));
    }

    /** Has one made anew. */
    public Future<Reply<ProjectionView>> rebuild(Call call, RebuildProjection command) {
        if (!call.principal().isOperator()) {
            return forbidden();
        }
        ProjectionKeeper keeper = keepers.get(command.name());
        if (keeper == null) {
            return Future.succeededFuture(Reply.refused(
                    Refusals.NOT_FOUND, "there is no projection " + command.name() + ", only " + keepers.keySet()));
        }
        return keeper.rebuild().compose(begun -> {
            if (!begun) {
                return keeper.find().map(stored -> Reply.refused(underWay(keeper, stored)));
            }
            LOG.info("{} has {} made anew", call.principal().name(), command.name());
            return view(keeper).map(Reply::done);
        });
    }

    private static <T> Future<Reply<T>> forbidden() {
        return Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only operators look after projections"));
    }

    private static Refusal underWay(ProjectionKeeper keeper, Stored stored) {
        String generation = String.valueOf(stored.building());
        return new Refusal(
                Refusals.REBUILD_UNDER_WAY,
                keeper.name() + " is being made anew already, as generation " + generation,
                Map.of("generation", generation));
    }

    private Future<ProjectionView> view(ProjectionKeeper keeper) {
        return keeper.find().map(stored -> {
            Integer building = stored.building();
            ProjectionState state = building != null
                    ? ProjectionState.REBUILDING
                    : stored.swept() < stored.outdated() ? ProjectionState.SWEEPING : ProjectionState.LIVE;
            return new ProjectionView(
                    keeper.name(),
                    context.service(),
                    stored.live(),
                    state,
                    stored.position(),
                    stored.head(),
                    Math.max(0, stored.head() - stored.position()),
                    building == null ? null : progress(building, stored),
                    stored.liveSince());
        });
    }

    private static Rebuild progress(int generation, Stored stored) {
        long percent = stored.head() == 0 ? 100 : stored.built() * 100 / stored.head();
        return new Rebuild(generation, stored.built(), (int) percent, stored.begunAt());
    }
}
