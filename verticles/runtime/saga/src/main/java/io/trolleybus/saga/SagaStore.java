package io.trolleybus.saga;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the states of a service's sagas, beside or together with what they are about, each with the version it was
 * begun with.
 *
 * @param <C> what a saga is about, including its id, its version, its trace and what its steps need
 */
public interface SagaStore<C> {
    /** Owns the sagas that wait for a process which knows their version. */
    String NOBODY = "";

    /** A saga as it stands in the store. */
    record Stored<C>(C subject, SagaState state, SagaLog log) {}

    /**
     * A row of the store.
     *
     * @param content throws if this program cannot read what the row holds
     */
    record Unread<C>(UUID id, Supplier<Stored<C>> content) {}

    /**
     * Stores the state, and with an ending state what the ending means for the subject, in one transaction. Fails if it
     * is unknown whether the state was stored.
     *
     * @param log to be kept beside the state
     * @param again whether that was so before with this state, which may therefore be stored already
     * @return the subject as it is now, or null if the saga is no longer this instance's to run
     */
    Future<@Nullable C> save(C subject, SagaState state, SagaLog log, boolean again);

    /**
     * Sagas of known versions that have not ended and belong to the owner, at most so many, by their ids.
     *
     * @param after those with greater ids only; null for all
     */
    Future<List<Unread<C>>> open(String owner, @Nullable UUID after, int limit);

    /** Those of the same with one of these ids. */
    Future<List<Unread<C>>> open(String owner, Collection<UUID> ids);

    /**
     * Gives a saga another state and owner, within a transaction that has locked its row. Whoever runs it finds that it
     * is no longer this instance's.
     */
    Future<?> replace(SqlConnection tx, UUID saga, SagaState state, String owner);

    /**
     * Gives those of an owner's sagas whose version is known to another owner, or leaves them if that is the same, and
     * the rest to {@link #NOBODY}.
     *
     * @return the ids of those that came to the other owner
     */
    Future<Set<UUID>> adopt(SqlConnection tx, String from, String to);

    /** How many sagas are {@link #NOBODY}'s and of a version that is unknown here. */
    Future<Long> waiting();
}
