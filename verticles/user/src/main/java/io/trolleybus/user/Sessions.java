package io.trolleybus.user;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** The sessions and their SQL; each change is one statement. */
final class Sessions {
    private static final String OPEN = """
            with opened as (insert into session (id, user_id, expires_at) values ($1, $2, $3) returning id)
            insert into refresh_token (hash, session_id) select $4, id from opened
            """;

    /** Locks the token's row, so that of two who use it at once only one gets a new one. */
    private static final String ROTATE = """
            with used as (
              update refresh_token t set used_at = $3, used_by = $2
              from session s
              where t.hash = $1 and s.id = t.session_id and s.revoked_at is null and s.expires_at > $3
                and (t.used_at is null or t.used_by = $2)
              returning t.session_id, s.user_id),
            prolonged as (update session set expires_at = $4 from used where id = used.session_id),
            added as (insert into refresh_token (hash, session_id) select $5, session_id from used)
            select user_id from used
            """;

    private static final String REVOKE_IF_USED = """
            update session s set revoked_at = $2
            from refresh_token t
            where t.hash = $1 and t.used_at is not null and s.id = t.session_id and s.revoked_at is null
            """;

    private static final String REVOKE = """
            update session s set revoked_at = $2
            from refresh_token t where t.hash = $1 and s.id = t.session_id and s.revoked_at is null
            """;

    /** The tokens go with their session; a thousand at a time, so that no lock is held for long. */
    private static final String PURGE = """
            delete from session where id in (select id from session where expires_at < $1 limit 1000)
            """;

    private final SqlClient client;

    Sessions(SqlClient client) {
        this.client = client;
    }

    Future<Void> open(UUID id, UUID userId, RefreshToken token, Instant expiresAt) {
        return client.preparedQuery(OPEN)
                .execute(Tuple.of(id, userId, expiresAt.atOffset(ZoneOffset.UTC), token.hash()))
                .mapEmpty();
    }

    /**
     * Exchanges a token for its successor, once; the same message may do so again, since its answer may have got lost.
     *
     * @return whose session it is; empty if the token is not good
     */
    Future<Optional<UUID>> rotate(
            RefreshToken token, UUID messageId, RefreshToken successor, Instant now, Instant expiresAt) {
        var columns = Tuple.of(
                token.hash(),
                messageId,
                now.atOffset(ZoneOffset.UTC),
                expiresAt.atOffset(ZoneOffset.UTC),
                successor.hash());
        return client.preparedQuery(ROTATE)
                .execute(columns)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getUUID(0)));
    }

    /** Ends the session of a token that somebody has used before. @return whether it did */
    Future<Boolean> revokeIfUsed(RefreshToken token, Instant now) {
        return client.preparedQuery(REVOKE_IF_USED)
                .execute(Tuple.of(token.hash(), now.atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.rowCount() > 0);
    }

    /** Ends the session of a token, if there is one. */
    Future<Void> revoke(RefreshToken token, Instant now) {
        return client.preparedQuery(REVOKE)
                .execute(Tuple.of(token.hash(), now.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }

    /** Forgets some of the sessions that have expired. */
    Future<Void> purge(Instant now) {
        return client.preparedQuery(PURGE)
                .execute(Tuple.of(now.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }
}
