package io.trolleybus.gateway;

import io.trolleybus.model.TokenFormat;
import io.trolleybus.model.UserMessages.FindRevokedSessions;
import io.trolleybus.model.UserMessages.RevokedSession;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that ended before their time, whose access tokens are good no longer. The user service is asked every
 * second and whenever it nudges; while it is away, what is known goes on to count. For one event loop.
 */
final class Revocations {
    static final long PERIOD_MS = 1_000;

    private static final int PAGE = 1_000;
    /** More than are revoked while an access token lives; the eldest are forgotten first. */
    private static final int MAX_KNOWN = 100_000;
    /** One that is revoked may be seen after one that was revoked later, but not longer than a transaction lasts. */
    private static final Duration OVERLAP = Duration.ofSeconds(15);

    private static final long MS_PER_S = 1_000;
    /** Longer than the last access token of a session, which may be issued while it is being revoked. */
    private static final long KEPT_MS = (TokenFormat.LIFETIME_S + 60) * MS_PER_S;

    private final InstantSource clock;
    private final Function<FindRevokedSessions, Future<RevokedSessions>> source;
    /** When each was learnt of, the eldest first. */
    private final Map<UUID, Long> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Long> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    private @Nullable Instant newest;
    private @Nullable Future<Void> looking;
    private @Nullable Future<Void> next;

    Revocations(InstantSource clock, Function<FindRevokedSessions, Future<RevokedSessions>> source) {
        this.clock = clock;
        this.source = source;
    }

    boolean include(@Nullable UUID sessionId) {
        return sessionId != null && known.containsKey(sessionId);
    }

    /** Completes when everything that was revoked before this moment is known; fails if it cannot be learnt. */
    Future<Void> look() {
        Future<Void> underWay = looking;
        if (underWay != null) {
            return lookOnceMoreAfter(underWay);
        }
        Future<Void> look = readOn(newest == null ? null : new RevokedSession(new UUID(0, 0), newest.minus(OVERLAP)));
        looking = look;
        return look.onComplete(looked -> looking = null);
    }

    /** What is under way may have missed what its caller knows of; the next look serves all who ask meanwhile. */
    private Future<Void> lookOnceMoreAfter(Future<Void> underWay) {
        Future<Void> promised = next;
        if (promised == null) {
            promised = underWay.transform(looked -> {
                next = null;
                return look();
            });
            next = promised;
        }
        return promised;
    }

    private Future<Void> readOn(@Nullable RevokedSession after) {
        return source.apply(new FindRevokedSessions(after, PAGE)).compose(page -> {
            List<RevokedSession> items = page.items();
            items.forEach(this::learn);
            forgetOld();
            return items.size() < PAGE ? Future.succeededFuture() : readOn(items.get(items.size() - 1));
        });
    }

    private void learn(RevokedSession session) {
        known.putIfAbsent(session.id(), clock.millis());
        if (newest == null || session.revokedAt().isAfter(newest)) {
            newest = session.revokedAt();
        }
    }

    private void forgetOld() {
        long sinceMs = clock.millis() - KEPT_MS;
        Iterator<Long> learntMs = known.values().iterator();
        while (learntMs.hasNext() && learntMs.next() < sinceMs) {
            learntMs.remove();
        }
    }
}
