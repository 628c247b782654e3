package io.trolleybus.order;

import io.trolleybus.chassis.Json;
import io.trolleybus.model.AuditMessages.AuditReport;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/**
 * The row of {@code audit}: who conducts, how far it has come, and what the last sweep saw. What is written by somebody
 * who conducts no more is dropped. For one event loop.
 */
final class AuditStore {
    private static final String CLAIM = """
            update audit set conductor = $1, until = now() + interval '45 seconds'
            where conductor = $1 or until is null or until < now()
            returning state::text
            """;

    private static final String SAVE = """
            update audit set state = $2::text::json, report = $3::text::json, until = now() + interval '45 seconds'
            where conductor = $1
            """;

    /** Not a claim that was given up. */
    private static final String RENEW = """
            update audit set until = now() + interval '45 seconds' where conductor = $1 and until > now()
            """;

    private static final String GIVE_UP = "update audit set until = now() where conductor = $1";

    private static final String REPORT = "select report::text from audit";

    private final SqlClient client;
    private final String owner;

    AuditStore(SqlClient client, String owner) {
        this.client = client;
        this.owner = owner;
    }

    /** How far it has come, if this instance is to conduct. */
    Future<Optional<AuditState>> claim() {
        return client.preparedQuery(CLAIM).execute(Tuple.of(owner)).map(rows -> {
            for (Row row : rows) {
                String state = row.getString(0);
                return Optional.of(state == null ? AuditState.NEW : Json.read(state, AuditState.class));
            }
            return Optional.empty();
        });
    }

    /** Fails if this instance conducts no more. */
    Future<?> renew() {
        return client.preparedQuery(RENEW)
                .execute(Tuple.of(owner))
                .compose(renewed -> renewed.rowCount() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException("another instance conducts the audit")));
    }

    /** @return whether this instance conducts still, and so has written it */
    Future<Boolean> save(AuditState state, AuditReport report) {
        return client.preparedQuery(SAVE)
                .execute(Tuple.of(owner, Json.write(state), Json.write(report)))
                .map(saved -> saved.rowCount() == 1);
    }

    /** Lets another conduct at once. */
    Future<?> giveUp() {
        return client.preparedQuery(GIVE_UP).execute(Tuple.of(owner));
    }

    /** Of the last sweep, whoever made it; empty if there was none. */
    Future<Optional<AuditReport>> report() {
        return client.query(REPORT).execute().map(rows -> Optional.ofNullable(
                        rows.iterator().next().getString(0))
                .map(report -> Json.read(report, AuditReport.class)));
    }
}
