package io.trolleybus.saga;

import io.micrometer.core.instrument.Tags;
import io.trolleybus.chassis.Meters;
import io.trolleybus.saga.SagaStore.Stored;
import io.trolleybus.saga.SagaStore.Unread;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An owner's sagas that have not ended, read from the store in pages. One that cannot be read is left alone, told once
 * and counted, and keeps no other from being read. For one event loop.
 */
final class OpenSagas<C> {
    private static final Logger LOG = LogManager.getLogger(OpenSagas.class);
    private static final int PAGE = 200;

    private final String name;
    private final SagaStore<C> store;
    private final Set<UUID> unreadable = new HashSet<>();

    /** @param name of the sagas' table */
    OpenSagas(String name, SagaStore<C> store, Meters meters) {
        this.name = name;
        this.store = store;
        meters.gauge("trolleybus_saga_unreadable", Tags.of("saga", name), unreadable, Set::size);
    }

    /** Hands each of them on. */
    Future<Void> all(String owner, Consumer<Stored<C>> work) {
        Set<UUID> seen = new HashSet<>();
        return allAfter(owner, null, seen, work).onSuccess(read -> unreadable.retainAll(seen));
    }

    private Future<Void> allAfter(String owner, @Nullable UUID after, Set<UUID> seen, Consumer<Stored<C>> work) {
        return store.open(owner, after, PAGE).compose(page -> {
            page.forEach(row -> {
                if (!read(row, work)) {
                    seen.add(row.id());
                }
            });
            return page.size() < PAGE
                    ? Future.succeededFuture()
                    : allAfter(owner, page.get(page.size() - 1).id(), seen, work);
        });
    }

    /** Hands those with these ids on. */
    Future<Void> of(String owner, Collection<UUID> ids, Consumer<Stored<C>> work) {
        return pageOf(owner, List.copyOf(ids), work);
    }

    private Future<Void> pageOf(String owner, List<UUID> ids, Consumer<Stored<C>> work) {
        if (ids.isEmpty()) {
            return Future.succeededFuture();
        }
        int size = Math.min(PAGE, ids.size());
        return store.open(owner, ids.subList(0, size)).compose(page -> {
            page.forEach(row -> read(row, work));
            return pageOf(owner, ids.subList(size, ids.size()), work);
        });
    }

    private boolean read(Unread<C> row, Consumer<Stored<C>> work) {
        Stored<C> stored;
        try {
            stored = row.content().get();
        } catch (RuntimeException cannot) {
            if (unreadable.add(row.id())) {
                LOG.error("saga {} of {} cannot be read and is left alone", row.id(), name, cannot);
            }
            return false;
        }
        unreadable.remove(row.id());
        work.accept(stored);
        return true;
    }
}
