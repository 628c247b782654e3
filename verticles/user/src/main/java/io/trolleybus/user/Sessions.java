package io.trolleybus.user;

import io.trolleybus.model.UserMessages.RevokedSession;
import io.trolleybus.model.UserMessages.SessionTimes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The sessions and their SQL; each change is one statement. Each that ends before its time is written down for those
 * who hold access tokens to be good until they hear otherwise.
 */
final class Sessions {
    /** At most so many are told of at once. */
    static final int MAX_TOLD = 1_000;

    private static final UUID FIRST_ID = new UUID(0, 0);

    /**
     * Waits for whoever is changing the account, and then opens nothing if its user is disabled or has another password
     * than the one that was checked.
     */
    private static final String OPEN = """
            with allowed as (
              select id from account where id = $2 and password_hash = $5 and not disabled for share),
            opened as (
              insert into session (id, user_id, opened_at, expires_at)
              select $1, id, $6, $3 from allowed
              returning id)
            insert into refresh_token (hash, session_id) select $4, id from opened
            """;

    /** Of a token that another issuer gave; the same token has the same session, whoever has verified it. */
    private static final String ADMIT = """
            insert into session (id, user_id, opened_at, expires_at) values ($1, $2, $3, $4) on conflict do nothing
            """;

    private static final String LIVES = """
            select exists (select from session where id = $1 and user_id = $2 and revoked_at is null)
            """;

    /**
     * Locks the session, so that none that is being revoked goes on, and the token's row, so that of two who use it at
     * once only one gets a new one.
     */
    private static final String ROTATE = """
            with live as (
              select s.id, s.user_id
              from refresh_token t join session s on s.id = t.session_id
              where t.hash = $1 and s.revoked_at is null and s.expires_at > $3
              for update of s),
            used as (
              update refresh_token t set used_at = $3, used_by = $2
              from live
              where t.hash = $1 and (t.used_at is null or t.used_by = $2)
              returning live.id, live.user_id),
            prolonged as (update session s set expires_at = $4 from used where s.id = used.id),
            added as (insert into refresh_token (hash, session_id) select $5, id from used)
            select id, user_id from used
            """;

    private static final String REVOKE_IF_USED = """
            with ended as (
              update session s set revoked_at = $2
              from refresh_token t
              where t.hash = $1 and t.used_at is not null and s.id = t.session_id and s.revoked_at is null
              returning s.id)
            insert into revoked_session (id) select id from ended
            """;

    private static final String REVOKE = """
            with ended as (
              update session s set revoked_at = $2
              from refresh_token t where t.hash = $1 and s.id = t.session_id and s.revoked_at is null
              returning s.id)
            insert into revoked_session (id) select id from ended
            """;

    /** Leaves alone what has expired, so that it never waits for {@link #PURGE} while that waits for it. */
    private static final String REVOKE_ALL = """
            with ended as (
              update session set revoked_at = $2
              where user_id = $1 and revoked_at is null and expires_at > $2 and id is distinct from $3
              returning id)
            insert into revoked_session (id) select id from ended
            """;

    private static final String TIMES = """
            select opened_at, expires_at, revoked_at from session where user_id = $1 order by opened_at desc limit $2
            """;

    private static final String REVOKED = """
            select id, revoked_at from revoked_session
            where (revoked_at, id) > ($1, $2) order by revoked_at, id limit $3
            """;

    /** The tokens go with their session; a thousand at a time, so that no lock is held for long. */
    private static final String PURGE = """
            delete from session where id in (select id from session where expires_at < $1 limit 1000)
            """;

    /** Much later than the last of its access tokens has expired. */
    private static final String PURGE_REVOKED = """
            delete from revoked_session where revoked_at < now() - interval '1 hour'
            """;

    private final SqlClient client;

    /** A session and whose it is. */
    record Opened(UUID id, UUID userId) {}

    Sessions(SqlClient client) {
        this.client = client;
    }

    /** @return whether it was opened; false if the account is not as it was when the password was checked */
    Future<Boolean> open(UUID id, Account account, RefreshToken token, Instant now, Instant expiresAt) {
        var columns = Tuple.tuple()
                .addUUID(id)
                .addUUID(account.user().id())
                .addOffsetDateTime(utc(expiresAt))
                .addBuffer(token.hash())
                .addString(account.passwordHash())
                .addOffsetDateTime(utc(now));
        return client.preparedQuery(OPEN).execute(columns).map(rows -> rows.rowCount() == 1);
    }

    /**
     * Opens the session of another issuer's token, within the transaction that holds the user's account.
     *
     * @return whether it is open; false if it has ended before
     */
    static Future<Boolean> admit(SqlConnection tx, UUID id, UUID userId, Instant now, Instant expiresAt) {
        return tx.preparedQuery(ADMIT)
                .execute(Tuple.of(id, userId, utc(now), utc(expiresAt)))
                .compose(inserted -> tx.preparedQuery(LIVES).execute(Tuple.of(id, userId)))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /**
     * Exchanges a token for its successor, once; the same message may do so again, since its answer may have got lost.
     *
     * @return the session; empty if the token is not good
     */
    Future<Optional<Opened>> rotate(
            RefreshToken token, UUID messageId, RefreshToken successor, Instant now, Instant expiresAt) {
        var columns = Tuple.of(token.hash(), messageId, utc(now), utc(expiresAt), successor.hash());
        return client.preparedQuery(ROTATE)
                .execute(columns)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(opened(rows.iterator().next())));
    }

    private static Opened opened(Row row) {
        return new Opened(row.getUUID(0), row.getUUID(1));
    }

    /** Ends the session of a token that somebody has used before. @return whether it did */
    Future<Boolean> revokeIfUsed(RefreshToken token, Instant now) {
        return client.preparedQuery(REVOKE_IF_USED)
                .execute(Tuple.of(token.hash(), utc(now)))
                .map(rows -> rows.rowCount() > 0);
    }

    /** Ends the session of a token, if there is one. */
    Future<Void> revoke(RefreshToken token, Instant now) {
        return client.preparedQuery(REVOKE)
                .execute(Tuple.of(token.hash(), utc(now)))
                .mapEmpty();
    }

    /**
     * Ends all sessions of a user but one, within the transaction that holds the user's account.
     *
     * @param stays null if none does
     */
    static Future<Void> revokeAll(SqlConnection tx, UUID userId, @Nullable UUID stays, Instant now) {
        var columns = Tuple.tuple().addUUID(userId).addOffsetDateTime(utc(now)).addUUID(stays);
        return tx.preparedQuery(REVOKE_ALL).execute(columns).mapEmpty();
    }

    /** When the sessions of a user were opened and ended, the newest first. */
    Future<List<SessionTimes>> times(UUID userId) {
        return client.preparedQuery(TIMES).execute(Tuple.of(userId, MAX_TOLD)).map(rows -> {
            var times = new ArrayList<SessionTimes>(rows.size());
            for (Row row : rows) {
                OffsetDateTime revokedAt = row.getOffsetDateTime(2);
                times.add(new SessionTimes(
                        row.getOffsetDateTime(0).toInstant(),
                        row.getOffsetDateTime(1).toInstant(),
                        revokedAt == null ? null : revokedAt.toInstant()));
            }
            return times;
        });
    }

    /**
     * What was revoked lately, the oldest first.
     *
     * @param after null for the beginning of what is kept
     */
    Future<List<RevokedSession>> revoked(@Nullable RevokedSession after, int limit) {
        var from = after == null ? new RevokedSession(FIRST_ID, Instant.EPOCH) : after;
        return client.preparedQuery(REVOKED)
                .execute(Tuple.of(utc(from.revokedAt()), from.id(), limit))
                .map(rows -> {
                    var revoked = new ArrayList<RevokedSession>(rows.size());
                    rows.forEach(row -> revoked.add(new RevokedSession(
                            row.getUUID(0), row.getOffsetDateTime(1).toInstant())));
                    return revoked;
                });
    }

    /** Forgets some of the sessions that have expired, and which ones were revoked long ago. */
    Future<Void> purge(Instant now) {
        return client.preparedQuery(PURGE)
                .execute(Tuple.of(utc(now)))
                .compose(purged -> client.query(PURGE_REVOKED).execute())
                .mapEmpty();
    }

    private static OffsetDateTime utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
