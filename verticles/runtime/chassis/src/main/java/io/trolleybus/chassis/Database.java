package io.trolleybus.chassis;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClientBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.TransactionRollbackException;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * A service instance's connections to its database, every wait of which has a limit: the queue for a connection, a
 * statement, a lock, an idle transaction, and a transaction as a whole, since a frozen server answers nothing at all.
 */
public final class Database {
    private static final Logger LOG = LogManager.getLogger(Database.class);

    private static final int READ_CONNECTIONS = 2;
    private static final int MAX_PIPELINED = 64;
    private static final int MAX_WAITING = 512;
    private static final int MAX_CONNECT_MS = 2_000;
    private static final int STATEMENT_LIMIT_CHARS = 16_384;
    private static final long TRANSACTION_LIMIT_MS = 10_000;
    private static final long CUT_SETTLES_MS = 1_000;
    /** A connection at rest is closed before its silence could be taken for the server's. */
    private static final int MAX_REST_S = 12;

    private static final int REST_CHECK_MS = 1_000;
    /** Longer than any statement may take: a server that said nothing for so long is gone, whatever TCP believes. */
    private static final int MAX_SILENCE_S = 15;

    private static final Map<String, String> SERVER_LIMITS = Map.of(
            "statement_timeout", "8000",
            "lock_timeout", "4000",
            "idle_in_transaction_session_timeout", "8000",
            "tcp_user_timeout", "5000");

    /**
     * How statements are planned: once, and by index. They are the same few for ever, each over a batch of keys, while
     * the planner's estimates for a young table are those of an empty one, under which it would read all of it.
     */
    public static final Map<String, String> PLANNING = Map.of(
            "plan_cache_mode", "force_generic_plan",
            "enable_seqscan", "off",
            "enable_mergejoin", "off");

    /** SQLSTATE classes: connection, resources, operator intervention, system error; and two time-outs. */
    private static final List<String> OUT_OF_REACH = List.of("08", "53", "57", "58", "25P03", "55P03");

    private final Vertx vertx;
    private final Pool transactions;
    private final int size;
    private final SqlClient reads;

    private Database(Vertx vertx, Pool transactions, int size, SqlClient reads) {
        this.vertx = vertx;
        this.transactions = transactions;
        this.size = size;
        this.reads = reads;
    }

    static Database open(Vertx vertx, DatabaseSettings settings) {
        var connect = new PgConnectOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setDatabase(settings.database())
                .setUser(settings.user())
                .setPassword(settings.password())
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheSqlLimit(STATEMENT_LIMIT_CHARS)
                .setPipeliningLimit(MAX_PIPELINED)
                .setTracingPolicy(TracingPolicy.IGNORE);
        SERVER_LIMITS.forEach(connect::addProperty);
        PLANNING.forEach(connect::addProperty);
        connect.addProperty("application_name", settings.user());
        return new Database(
                vertx,
                connections(PgBuilder.pool(), vertx, connect, "transactions", settings.maxConnections()),
                settings.maxConnections(),
                connections(PgBuilder.client(), vertx, connect, "reads", READ_CONNECTIONS));
    }

    private static <C extends SqlClient> C connections(
            ClientBuilder<C> builder, Vertx vertx, PgConnectOptions connect, String purpose, int size) {
        var options = new PoolOptions()
                .setName(connect.getUser() + '/' + purpose)
                .setMaxSize(size)
                .setMaxWaitQueueSize(MAX_WAITING)
                .setConnectionTimeout(MAX_CONNECT_MS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(MAX_REST_S)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setPoolCleanerPeriod(REST_CHECK_MS);
        var network = new NetClientOptions()
                .setConnectTimeout(MAX_CONNECT_MS)
                .setReadIdleTimeout(MAX_SILENCE_S)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        return builder.with(options)
                .with(network)
                .connectingTo(connect)
                .using(vertx)
                .build();
    }

    /** For single statements outside a transaction. They share connections: a slow one delays those sent after it. */
    public SqlClient reads() {
        return reads;
    }

    /**
     * Runs one statement that is a transaction by itself: one round trip, commit included. A future that fails as
     * {@link #isUnavailable} leaves open whether it was committed.
     */
    public Future<RowSet<Row>> commit(String sql, Tuple parameters) {
        return TimeLimit.within(
                TRANSACTION_LIMIT_MS, vertx, transactions.preparedQuery(sql).execute(parameters));
    }

    /**
     * Runs work in one transaction on one connection, and commits it if the work succeeds. The work may send its first
     * statements without waiting: they travel with the BEGIN. A future that fails as {@link #isUnavailable} leaves open
     * whether the transaction was committed; any other failure means that it was rolled back.
     */
    public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return transactions.getConnection().compose(connection -> {
            // Without a handler the client prints a stack trace past the log.
            connection.exceptionHandler(lost -> LOG.debug("lost a connection; its transaction fails", lost));
            Future<Transaction> begun = connection.begin();
            Future<T> worked = start(work, connection);
            Future<T> committed =
                    begun.compose(tx -> worked.compose(result -> tx.commit().map(result), cause -> tx.rollback()
                            .transform(ignored -> Future.failedFuture(cause))));
            return TimeLimit.within(TRANSACTION_LIMIT_MS, vertx, committed)
                    .onComplete(ended -> giveBack(connection, ended));
        });
    }

    /** Runs statements that only read, and that all see the database as it is at one moment. */
    public <T> Future<T> snapshot(Function<SqlConnection, Future<T>> work) {
        return transaction(tx -> tx.query("set transaction isolation level repeatable read read only")
                .execute()
                .compose(set -> work.apply(tx)));
    }

    /**
     * A connection that is cut fails its statement first and is seen to close a moment later; were it given back at
     * once, the pool would hand it on. Closing is not waited for: it rolls back first, and a silent server does not
     * answer that either.
     */
    private void giveBack(SqlConnection connection, AsyncResult<?> ended) {
        boolean mayBeCut = ended.failed() && isUnavailable(ended.cause());
        Future<?> settled = mayBeCut ? vertx.timer(CUT_SETTLES_MS) : Future.succeededFuture();
        settled.eventually(connection::close).onFailure(Database::ignore);
    }

    /** Work that throws has failed like any other, so that its transaction ends and its connection is given back. */
    private static <T> Future<T> start(Function<SqlConnection, Future<T>> work, SqlConnection connection) {
        try {
            return work.apply(connection);
        } catch (RuntimeException bug) {
            return Future.failedFuture(bug);
        }
    }

    private static void ignore(Throwable closingFailed) {
        // The pool drops a connection that does not close; what its transaction came to is known already.
    }

    /**
     * Opens every connection for transactions and one for reads, which many share, so that no early request waits for
     * one; fails unless all could be had. Those that could be are there when it is tried again.
     */
    Future<Void> connect() {
        return Future.join(open(transactions, size), ping()).mapEmpty();
    }

    private static Future<Void> open(Pool pool, int count) {
        List<Future<SqlConnection>> opened =
                Stream.generate(pool::getConnection).limit(count).toList();
        return Future.join(opened)
                .eventually(() -> Future.join(opened.stream()
                        .filter(Future::succeeded)
                        .map(connection -> connection.result().close())
                        .toList()))
                .mapEmpty();
    }

    /** Fails unless the database answers. */
    public Future<Void> ping() {
        return reads.query("select 1").execute().mapEmpty();
    }

    public Future<Void> close() {
        return transactions.close().eventually(reads::close);
    }

    /**
     * Whether a failure means that the database was out of reach, so that what was under way may or may not be done.
     */
    public static boolean isUnavailable(Throwable cause) {
        if (cause instanceof PgException pg) {
            String state = String.valueOf(pg.getSqlState());
            return OUT_OF_REACH.stream().anyMatch(state::startsWith);
        }
        // A refused connection, a limit of our own, and everything else the client says: a connection that closed, a
        // wait for one that was too long. But that a COMMIT ended in a rollback is an answer.
        return cause instanceof IOException
                || cause instanceof TimeoutException
                || (cause instanceof VertxException && !(cause instanceof TransactionRollbackException));
    }

    /** Whether a failure means that the server refused a statement, so that its transaction is undone for certain. */
    public static boolean wasRolledBack(Throwable cause) {
        return cause instanceof TransactionRollbackException || (cause instanceof PgException && !isUnavailable(cause));
    }
}
