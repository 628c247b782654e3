package io.trolleybus.user;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Database;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages.GetKeys;
import io.trolleybus.model.UserMessages.Jwk;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The keys that sign access tokens, kept in the database so that every instance signs with the same one. */
final class SigningKeys {
    /** As many are published; more than are ever in use at once. */
    private static final int MAX_KEYS = 10;

    /** Two instances that start first at the same moment shall not both make a key. */
    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('signing_key'))";

    private static final String FIND = """
            select jwk::text from signing_key order by created_at desc, kid limit $1
            """;

    private static final String INSERT = """
            insert into signing_key (kid, jwk, created_at) values ($1, $2, $3)
            """;

    private final Database database;
    private final InstantSource clock;

    SigningKeys(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** The key to sign with; made now if there is none yet. */
    Future<SigningKey> newest() {
        return database.transaction(tx -> tx.query(LOCK)
                .execute()
                .compose(locked -> find(tx, 1))
                .compose(keys -> keys.isEmpty() ? make(tx) : Future.succeededFuture(keys.get(0))));
    }

    private Future<SigningKey> make(SqlConnection tx) {
        SigningKey key = SigningKey.generate();
        var columns = Tuple.of(
                key.kid(), new JsonObject(key.toJson()), clock.instant().atOffset(ZoneOffset.UTC));
        return tx.preparedQuery(INSERT).execute(columns).map(key);
    }

    /** Answers {@code user.keys} to anybody: these are the public halves. */
    Future<Reply<Jwks>> published(Call call, GetKeys command) {
        return find(database.reads(), MAX_KEYS).map(keys -> {
            List<Jwk> halves = keys.stream().map(SigningKey::publicJwk).toList();
            return Reply.done(new Jwks(halves));
        });
    }

    private static Future<List<SigningKey>> find(SqlClient client, int limit) {
        return client.preparedQuery(FIND).execute(Tuple.of(limit)).map(rows -> {
            var keys = new ArrayList<SigningKey>(rows.size());
            rows.forEach(row -> keys.add(SigningKey.parse(row.getString(0))));
            return keys;
        });
    }
}
