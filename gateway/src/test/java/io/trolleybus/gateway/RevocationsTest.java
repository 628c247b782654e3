package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.TokenFormat;
import io.trolleybus.model.UserMessages.FindRevokedSessions;
import io.trolleybus.model.UserMessages.RevokedSession;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RevocationsTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final Comparator<RevokedSession> ORDER = Comparator.comparing(RevokedSession::revokedAt)
            .thenComparing(session -> session.id().toString());

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final List<RevokedSession> stored = new ArrayList<>();
    private final List<FindRevokedSessions> asked = new ArrayList<>();
    private final Revocations revocations = new Revocations(now::get, this::answer);

    private Future<RevokedSessions> answer(FindRevokedSessions query) {
        asked.add(query);
        RevokedSession after = query.after();
        return Future.succeededFuture(new RevokedSessions(stored.stream()
                .filter(session -> after == null || ORDER.compare(session, after) > 0)
                .sorted(ORDER)
                .limit(query.limit())
                .toList()));
    }

    private UUID revoke(Instant at) {
        var session = new RevokedSession(UUID.randomUUID(), at);
        stored.add(session);
        return session.id();
    }

    @Test
    void what_was_revoked_is_known_after_a_look_and_nothing_else_is() {
        UUID before = revoke(NOON);
        assertThat(revocations.look().succeeded()).isTrue();
        UUID since = revoke(NOON.plusSeconds(1));

        assertThat(revocations.include(before)).isTrue();
        assertThat(revocations.include(since)).isFalse();
        assertThat(revocations.include(null)).isFalse();

        revocations.look();
        assertThat(revocations.include(since)).isTrue();
    }

    @Test
    void one_that_becomes_visible_after_a_later_one_is_not_missed() {
        revoke(NOON.plusSeconds(9));
        revocations.look();
        UUID late = revoke(NOON);

        revocations.look();

        assertThat(revocations.include(late)).isTrue();
    }

    @Test
    void more_than_a_page_are_read_to_the_end() {
        List<UUID> all = IntStream.range(0, 2_500).mapToObj(i -> revoke(NOON)).toList();

        revocations.look();

        assertThat(all).allMatch(revocations::include);
        assertThat(asked).hasSize(3);
    }

    @Test
    void they_are_forgotten_when_no_access_token_of_theirs_can_be_left() {
        UUID session = revoke(NOON);
        revocations.look();
        stored.clear();

        now.set(NOON.plusSeconds(TokenFormat.LIFETIME_S));
        revocations.look();
        assertThat(revocations.include(session)).isTrue();

        now.set(NOON.plusSeconds(TokenFormat.LIFETIME_S).plus(Duration.ofMinutes(2)));
        revocations.look();
        assertThat(revocations.include(session)).isFalse();
    }

    @Test
    void what_is_known_stays_while_nobody_answers() {
        var source = new AtomicReference<Future<RevokedSessions>>(
                Future.succeededFuture(new RevokedSessions(List.of(new RevokedSession(new UUID(0, 1), NOON)))));
        var fragile = new Revocations(now::get, query -> source.get());
        fragile.look();

        source.set(Future.failedFuture(new UnavailableException("nobody answers")));

        assertThat(fragile.look().failed()).isTrue();
        assertThat(fragile.include(new UUID(0, 1))).isTrue();
    }

    @Test
    void looks_asked_for_while_one_is_under_way_become_one_more() {
        List<Promise<RevokedSessions>> open = new ArrayList<>();
        var slow = new Revocations(now::get, query -> {
            open.add(Promise.promise());
            return open.get(open.size() - 1).future();
        });
        Future<Void> first = slow.look();
        Future<Void> second = slow.look();
        Future<Void> third = slow.look();
        assertThat(open).hasSize(1);

        open.get(0).complete(new RevokedSessions(List.of()));
        assertThat(first.isComplete()).isTrue();
        assertThat(open).hasSize(2);
        assertThat(second.isComplete()).isFalse();

        open.get(1).complete(new RevokedSessions(List.of()));
        assertThat(second.isComplete() && third.isComplete()).isTrue();
        assertThat(open).hasSize(2);
    }
}
