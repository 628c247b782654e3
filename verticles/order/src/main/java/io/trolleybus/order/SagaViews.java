package io.trolleybus.order;

import io.trolleybus.chassis.Json;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.SagaMessages.FindSagas;
import io.trolleybus.model.SagaMessages.Saga;
import io.trolleybus.model.SagaMessages.SagaPage;
import io.trolleybus.model.SagaMessages.SagaStatus;
import io.trolleybus.model.SagaMessages.SagaStep;
import io.trolleybus.saga.Insistence;
import io.trolleybus.saga.SagaLog;
import io.trolleybus.saga.SagaState;
import io.trolleybus.saga.SagaVersions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All sagas of this service as operators see them, wherever they are kept. */
final class SagaViews {
    /** What both kinds of rows are read as. */
    private static final String PLACING = """
            select id, id as order_id, saga->>'definition' as definition, (saga->>'version')::int as version,
                   saga->'state'->>'phase' as phase, (saga->'state')::text as state,
                   coalesce((saga->'log')::text, '[]') as log, saga_owner as owner, created_at as started_at, updated_at
            from orders
            """;

    private static final String DESK = """
            select id, order_id, definition, version, state->>'phase' as phase, state::text, log::text, owner,
                   started_at, updated_at
            from order_saga
            """;

    /**
     * Among the newest of both kinds, so many of each that every saga that has not ended is among them; a state that is
     * rare among those that have ended is not looked for through all orders there ever were.
     */
    private static final String FIND = """
            select * from (
              select * from (
                %s where %s and ($2::uuid is null or id < $2) order by id desc limit 10000
              ) placed
              union all
              select * from (
                %s where %s and ($2::uuid is null or id < $2) order by id desc limit 10000
              ) desk
            ) sagas
            where phase = any($1) order by id desc limit $3
            """;

    private static final String FIND_OPEN =
            FIND.formatted(PLACING, "saga_owner is not null", DESK, "owner is not null");

    private static final String FIND_ENDED = FIND.formatted(PLACING, "saga_owner is null", DESK, "owner is null");

    private static final String GET =
            "select * from (" + PLACING + "where id = $1) a union all " + DESK + "where id = $1";

    private static final String LOCK_PLACING = PLACING + "where id = $1 for update";
    private static final String LOCK_DESK = DESK + "where id = $1 for update";

    private static final Map<SagaStatus, String[]> PHASES = Map.of(
            SagaStatus.RUNNING, new String[] {"forward", "insisting"},
            SagaStatus.COMPENSATING, new String[] {"compensating", "withdrawing"},
            SagaStatus.PARKED, new String[] {"parked", "stuck"},
            SagaStatus.COMPLETED, new String[] {"completed"},
            SagaStatus.COMPENSATED, new String[] {"compensated"},
            SagaStatus.SUPERSEDED, new String[] {"superseded"});

    private static final String[] OPEN_PHASES = {
        "forward", "insisting", "compensating", "withdrawing", "parked", "stuck"
    };

    private final SqlClient client;
    private final List<SagaVersions<?>> tables;

    /** @param tables of all kinds of sagas */
    SagaViews(SqlClient client, List<SagaVersions<?>> tables) {
        this.client = client;
        this.tables = tables;
    }

    /**
     * A saga as it stands in its row.
     *
     * @param stateJson of a version that is not known here it may be of a kind that is not either
     * @param logJson as well
     */
    record Stored(
            UUID id,
            UUID orderId,
            String definition,
            int version,
            String phase,
            String stateJson,
            String logJson,
            @Nullable String owner,
            Instant startedAt,
            Instant updatedAt) {
        SagaStatus status() {
            return PHASES.entrySet().stream()
                    .filter(entry -> List.of(entry.getValue()).contains(phase))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(SagaStatus.RUNNING);
        }

        /** Empty if this program cannot read it. */
        Optional<SagaState> state() {
            return readable(stateJson, SagaState.class);
        }

        SagaLog log() {
            return readable(logJson, SagaLog.class).orElse(SagaLog.EMPTY);
        }

        /** One that cannot be read must not hide the others. */
        private static <T> Optional<T> readable(String json, Class<T> type) {
            try {
                return Optional.of(Json.read(json, type));
            } catch (IllegalArgumentException unknown) {
                return Optional.empty();
            }
        }
    }

    Future<SagaPage> find(FindSagas query, @Nullable UUID before) {
        SagaStatus status = query.status();
        boolean isOver =
                status == SagaStatus.COMPLETED || status == SagaStatus.COMPENSATED || status == SagaStatus.SUPERSEDED;
        String[] phases = status == null ? OPEN_PHASES : PHASES.get(status);
        int limit = query.page().limit();
        return client.preparedQuery(isOver ? FIND_ENDED : FIND_OPEN)
                .execute(Tuple.of(phases, before, limit + 1))
                .map(rows -> {
                    List<Saga> items = new ArrayList<>();
                    rows.forEach(row -> items.add(view(stored(row))));
                    if (items.size() <= limit) {
                        return new SagaPage(items, null);
                    }
                    List<Saga> page = items.subList(0, limit);
                    return new SagaPage(page, page.get(limit - 1).id().toString());
                });
    }

    Future<@Nullable Saga> get(UUID id) {
        return client.preparedQuery(GET).execute(Tuple.of(id)).map(rows -> {
            for (Row row : rows) {
                return view(stored(row));
            }
            return null;
        });
    }

    /** The same for whoever is about to change it: nobody else does until the transaction ends. */
    static Future<@Nullable Stored> lock(SqlConnection tx, UUID id) {
        return lock(tx, LOCK_DESK, id)
                .compose(found -> found == null ? lock(tx, LOCK_PLACING, id) : Future.succeededFuture(found));
    }

    private static Future<@Nullable Stored> lock(SqlConnection tx, String sql, UUID id) {
        return tx.preparedQuery(sql).execute(Tuple.of(id)).map(rows -> {
            for (Row row : rows) {
                return stored(row);
            }
            return null;
        });
    }

    private static Stored stored(Row row) {
        return new Stored(
                row.getUUID(0),
                row.getUUID(1),
                row.getString(2),
                row.getInteger(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getOffsetDateTime(8).toInstant(),
                row.getOffsetDateTime(9).toInstant());
    }

    private Saga view(Stored saga) {
        String owner = saga.owner;
        Optional<SagaState> known = stepsOf(saga).isEmpty() ? Optional.empty() : saga.state();
        return new Saga(
                saga.id,
                saga.definition,
                saga.version,
                saga.orderId,
                saga.status(),
                known.map(state -> stepOf(saga, state)).orElse(null),
                known.map(SagaViews::whyOf).orElse(null),
                saga.log().entries().stream().map(SagaViews::step).toList(),
                owner == null || owner.isEmpty() ? null : owner,
                saga.startedAt,
                saga.updatedAt);
    }

    private static SagaStep step(SagaLog.Entry entry) {
        Long endedMs = entry.endedMs();
        return new SagaStep(
                entry.step(),
                entry.direction().name(),
                entry.attempts(),
                entry.outcome().name(),
                entry.refusal() == null ? null : entry.refusal().detail(),
                Instant.ofEpochMilli(entry.startedMs()),
                endedMs == null ? null : Instant.ofEpochMilli(endedMs));
    }

    private @Nullable String stepOf(Stored saga, SagaState state) {
        int index = state.step();
        List<String> names = stepsOf(saga);
        return index < 0 || index >= names.size() ? null : names.get(index);
    }

    /** Empty if this program does not know its version. */
    private List<String> stepsOf(Stored saga) {
        return tables.stream()
                .filter(table -> table.name().equals(saga.definition))
                .findFirst()
                .map(table -> table.stepsOf(saga.version))
                .orElse(List.of());
    }

    private static @Nullable String whyOf(SagaState state) {
        if (state instanceof SagaState.OnHold held) {
            return held.why();
        }
        if (state instanceof SagaState.Compensating compensating) {
            return whyOf(compensating.reason());
        }
        if (state instanceof SagaState.Compensated compensated) {
            return whyOf(compensated.reason());
        }
        if (state instanceof Insistence.Withdrawing withdrawing) {
            return whyOf(withdrawing.reason());
        }
        return state instanceof SagaState.Superseded superseded ? "superseded by " + superseded.by() : null;
    }

    /** An operator's own words are for operators. */
    private static String whyOf(Refusal reason) {
        Object words = reason.facts().get("reason");
        return words == null ? reason.detail() : reason.detail() + ": " + words;
    }
}
