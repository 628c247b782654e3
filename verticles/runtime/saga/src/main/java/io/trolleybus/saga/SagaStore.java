package io.trolleybus.saga;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the states of a service's sagas, beside or together with what they are about.
 *
 * @param <C> what a saga is about, including its id, its trace and what its steps need
 */
public interface SagaStore<C> {
    /** A saga as it stands in the store. */
    record Stored<C>(C subject, SagaState state) {}

    /**
     * Stores the state, and with an ending state what the ending means for the subject, in one transaction. May be
     * called again with the same state. Fails if it is unknown whether the state was stored.
     *
     * @return the subject as it is now, or null if the saga is no longer this process's to run
     */
    Future<@Nullable C> save(C subject, SagaState state);

    /** Sagas that have not ended and belong to the owner, at most so many, whose subject comes after the given one. */
    Future<List<Stored<C>>> open(String owner, @Nullable C after, int limit);

    /** Gives the sagas of one owner to another. */
    Future<?> adopt(SqlConnection tx, String from, String to);
}
