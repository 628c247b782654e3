package io.trolleybus.user;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Database;
import io.trolleybus.model.Reply;
import io.trolleybus.model.TokenFormat;
import io.trolleybus.model.UserMessages.GetKeys;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The keys that sign access tokens, kept in the database so that every instance signs with the same one. When it has
 * grown old a new one is made. That is published for a while before it signs, so that nobody who verifies tokens meets
 * it unprepared; the one before is published until its last token has expired. For one event loop.
 */
final class SigningKeys {
    private static final Logger LOG = LogManager.getLogger(SigningKeys.class);

    /** How often an instance looks which keys there are: far more often than a key waits before it signs. */
    private static final long LOOK_MS = 10_000;

    private static final Duration LEAD = Duration.ofSeconds(TokenFormat.KEY_LEAD_S);
    /** After the last token of a key: clocks differ, and an instance may have been late to see its successor. */
    private static final Duration SLACK = Duration.ofMinutes(2);

    private static final Duration NEEDED_AFTERWARDS =
            Duration.ofSeconds(TokenFormat.LIFETIME_S).plus(SLACK);

    /** Two instances that look at the same moment shall not both make a key. */
    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('signing_key'))";

    /** More than are ever in use at once. */
    private static final String FIND =
            "select jwk::text, created_at from signing_key order by created_at desc, kid limit 10";

    private static final String INSERT = """
            insert into signing_key (kid, jwk, created_at) values ($1, $2, $3)
            """;

    private final Database database;
    private final InstantSource clock;
    private final Duration rotation;
    /** The newest first. */
    private List<Kept> kept = List.of();

    private record Kept(SigningKey key, Instant createdAt) {
        Instant signsFrom() {
            return createdAt.plus(LEAD);
        }
    }

    /** @param rotation after which a key has grown old; longer than a new one is published before it signs */
    SigningKeys(Database database, InstantSource clock, Duration rotation) {
        this.database = database;
        this.clock = clock;
        this.rotation = rotation;
    }

    /** Completes when there is a key to sign with. From then on the keys are looked after. */
    Future<Void> start(Vertx vertx) {
        return look().onSuccess(looked -> vertx.setPeriodic(LOOK_MS, tick -> look().onFailure(
                        cause -> LOG.warn("cannot look after the signing keys; trying again later", cause))));
    }

    /** The key to sign with now: the newest that was published for long enough. */
    SigningKey current() {
        Instant now = clock.instant();
        return kept.stream()
                .filter(candidate -> !candidate.signsFrom().isAfter(now))
                .findFirst()
                // The first of all has nobody to wait for.
                .orElseGet(() -> kept.get(kept.size() - 1))
                .key;
    }

    /** Sees which keys there are, and makes one if it is time to. */
    Future<Void> look() {
        return find(database.reads())
                .compose(found -> isDue(found) ? makeUnlessMade() : Future.succeededFuture(found))
                .map(found -> {
                    kept = found;
                    return null;
                });
    }

    private boolean isDue(List<Kept> keys) {
        return keys.isEmpty() || !keys.get(0).createdAt.plus(rotation).isAfter(clock.instant());
    }

    private Future<List<Kept>> makeUnlessMade() {
        return database.transaction(tx -> tx.query(LOCK)
                .execute()
                .compose(locked -> find(tx))
                .compose(keys -> isDue(keys) ? make(tx).compose(made -> find(tx)) : Future.succeededFuture(keys)));
    }

    private Future<?> make(SqlConnection tx) {
        SigningKey key = SigningKey.generate();
        LOG.info("made the signing key {}", key.kid());
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        key.kid(), new JsonObject(key.toJson()), clock.instant().atOffset(ZoneOffset.UTC)));
    }

    /** Answers {@code user.keys} to anybody: these are the public halves of those whose tokens may be about. */
    Future<Reply<Jwks>> published(Call call, GetKeys command) {
        return find(database.reads())
                .map(keys -> Reply.done(new Jwks(
                        inUse(keys).stream().map(each -> each.key.publicJwk()).toList())));
    }

    /** All but those whose successor has signed for longer than their tokens live. */
    private List<Kept> inUse(List<Kept> keys) {
        List<Kept> inUse = new ArrayList<>();
        Instant replaced = Instant.MAX;
        for (Kept key : keys) {
            if (replaced.isAfter(clock.instant().minus(NEEDED_AFTERWARDS))) {
                inUse.add(key);
            }
            replaced = key.signsFrom();
        }
        return inUse;
    }

    private static Future<List<Kept>> find(SqlClient client) {
        return client.query(FIND).execute().map(rows -> {
            List<Kept> keys = new ArrayList<>(rows.size());
            rows.forEach(row -> keys.add(new Kept(
                    SigningKey.parse(row.getString(0)), row.getOffsetDateTime(1).toInstant())));
            return keys;
        });
    }
}
