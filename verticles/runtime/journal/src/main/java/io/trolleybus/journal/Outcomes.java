package io.trolleybus.journal;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what came of a command under the key that its sender chose, in the transaction that did the work; for a
 * day.
 */
public final class Outcomes {
    private static final String CLAIM = """
            insert into command_outcome (scope, key, fingerprint, result)
            select c.scope, c.key, c.fingerprint, c.result
            from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[]) as c (scope, key, fingerprint, result)
            order by c.scope, c.key
            on conflict (scope, key) do update
              set fingerprint = excluded.fingerprint, result = excluded.result, recorded_at = now()
              where command_outcome.recorded_at < now() - interval '24 hours'
            returning scope, key
            """;

    private static final String FIND = """
            select o.scope, o.key, o.fingerprint, o.result
            from unnest($1::text[], $2::text[]) as c (scope, key)
            join command_outcome o on o.scope = c.scope and o.key = c.key
            """;

    private static final String RELEASE = """
            delete from command_outcome o using unnest($1::text[], $2::text[]) as c (scope, key)
            where o.scope = c.scope and o.key = c.key
            """;

    private static final String PURGE = """
            delete from command_outcome where recorded_at < now() - interval '25 hours'
            """;

    /**
     * A command that wants to be the first under its key.
     *
     * @param scope whose key it is, such as a user's id
     * @param fingerprint of the command's meaning, to tell a repeat from another command under the same key
     * @param result what a repeat is to be answered with: an id
     */
    public record Claim(String scope, String key, Buffer fingerprint, UUID result) {}

    /** What stands under a key. */
    public record Outcome(boolean first, Buffer fingerprint, UUID result) {
        /** Whether a claim that was not the first has the same meaning as the first. */
        public boolean repeats(Claim claim) {
            return fingerprint.equals(claim.fingerprint);
        }
    }

    private record Key(String scope, String key) {}

    private Outcomes() {}

    /**
     * Claims keys within the caller's transaction; waits for another transaction that is claiming one of them. Fails if
     * the same key is claimed twice in one call.
     *
     * @return an outcome for each claim, in their order
     */
    public static Future<List<Outcome>> claim(SqlConnection tx, List<Claim> claims) {
        var columns = keys(claims)
                .addValue(claims.stream().map(Claim::fingerprint).toArray(Buffer[]::new))
                .addValue(claims.stream().map(Claim::result).toArray(UUID[]::new));
        return tx.preparedQuery(CLAIM).execute(columns).compose(rows -> {
            Map<Key, Outcome> found = new HashMap<>();
            var won = keysOf(rows);
            claims.stream()
                    .filter(claim -> won.containsKey(keyOf(claim)))
                    .forEach(claim -> found.put(keyOf(claim), new Outcome(true, claim.fingerprint, claim.result)));
            var lost = claims.stream()
                    .filter(claim -> !won.containsKey(keyOf(claim)))
                    .toList();
            return (lost.isEmpty() ? Future.succeededFuture(found) : findInto(found, tx, lost))
                    .map(all ->
                            claims.stream().map(claim -> all.get(keyOf(claim))).toList());
        });
    }

    /** What stands under the keys, without claiming them; null for a key that is not known. */
    public static Future<List<@Nullable Outcome>> find(SqlClient client, List<Claim> claims) {
        return findInto(new HashMap<>(), client, claims).<List<@Nullable Outcome>>map(all -> {
            var outcomes = new ArrayList<@Nullable Outcome>(claims.size());
            claims.forEach(claim -> outcomes.add(all.get(keyOf(claim))));
            return outcomes;
        });
    }

    /** Gives claimed keys back within the claiming transaction, since their commands were refused after all. */
    public static Future<Void> release(SqlConnection tx, List<Claim> claims) {
        return claims.isEmpty()
                ? Future.succeededFuture()
                : tx.preparedQuery(RELEASE).execute(keys(claims)).mapEmpty();
    }

    /** Forgets what is older than its promise. */
    public static Future<Void> purge(SqlClient client) {
        return client.query(PURGE).execute().mapEmpty();
    }

    private static Future<Map<Key, Outcome>> findInto(Map<Key, Outcome> found, SqlClient client, List<Claim> claims) {
        return client.preparedQuery(FIND).execute(keys(claims)).map(rows -> {
            rows.forEach(row -> found.put(
                    new Key(row.getString(0), row.getString(1)), new Outcome(false, row.getBuffer(2), row.getUUID(3))));
            return found;
        });
    }

    private static Tuple keys(List<Claim> claims) {
        return Tuple.tuple()
                .addValue(claims.stream().map(Claim::scope).toArray(String[]::new))
                .addValue(claims.stream().map(Claim::key).toArray(String[]::new));
    }

    private static Map<Key, Boolean> keysOf(RowSet<Row> rows) {
        var keys = new HashMap<Key, Boolean>();
        rows.forEach(row -> keys.put(new Key(row.getString(0), row.getString(1)), true));
        return keys;
    }

    private static Key keyOf(Claim claim) {
        return new Key(claim.scope, claim.key);
    }
}
