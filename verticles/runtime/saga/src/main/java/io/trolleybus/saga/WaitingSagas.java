package io.trolleybus.saga;

import io.micrometer.core.instrument.Tags;
import io.trolleybus.chassis.Meters;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Tells of sagas that nobody runs since their version is unknown here. For one event loop. */
public final class WaitingSagas {
    private static final Logger LOG = LogManager.getLogger(WaitingSagas.class);

    private final SagaVersions<?> versions;
    private final SagaStore<?> store;
    private final AtomicLong waiting = new AtomicLong();

    public WaitingSagas(SagaVersions<?> versions, SagaStore<?> store, Meters meters) {
        this.versions = versions;
        this.store = store;
        meters.gauge("trolleybus_saga_unknown_version", Tags.of("saga", versions.name()), waiting, AtomicLong::get);
    }

    /** Counts them, to be called now and then, and tells if there are more than before or none any more. */
    public Future<Void> look() {
        return store.waiting().map(now -> {
            long before = waiting.getAndSet(now);
            if (now > before) {
                LOG.warn(
                        "{} sagas of {} wait for a process that knows their version; known here: {}",
                        now,
                        versions.name(),
                        versions.known());
            } else if (now == 0 && before > 0) {
                LOG.info("no saga of {} waits for a process that knows its version any more", versions.name());
            }
            return null;
        });
    }
}
