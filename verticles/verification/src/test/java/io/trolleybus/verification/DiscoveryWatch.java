package io.trolleybus.verification;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Which nodes each gateway knows, looked at again and again. */
final class DiscoveryWatch implements AutoCloseable {

    private static final long LOOK_EVERY_MS = 250;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    private final Queue<Look> looks = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService looking;

    record Look(Instant at, URI gateway, Set<String> nodes) {}

    DiscoveryWatch(Collection<URI> gateways, Session operator) {
        looking = Executors.newScheduledThreadPool(gateways.size());
        gateways.forEach(gateway -> {
            Session session = operator.at(Api.at(gateway).within(ANSWER_WITHIN));
            var unused = looking.scheduleWithFixedDelay(
                    () -> look(gateway, session), 0, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
        });
    }

    private void look(URI gateway, Session session) {
        try {
            Reply reply = session.get("/api/v1/system/services");
            if (reply.status() == 200) {
                Set<String> nodes = new TreeSet<>();
                for (JsonNode item : reply.json().path("items")) {
                    nodes.add(item.path("node").asText());
                }
                looks.add(new Look(Instant.now(), gateway, nodes));
            }
        } catch (UncheckedIOException noAnswer) {
            // A gateway that is away sees nothing.
        }
    }

    /** What was seen within that time, by any gateway but the one that is left out. */
    List<Look> within(Instant from, Instant to, Optional<URI> without) {
        return looks.stream()
                .filter(look -> look.at.isAfter(from) && look.at.isBefore(to))
                .filter(look -> !without.equals(Optional.of(look.gateway)))
                .toList();
    }

    /** How long after the event it was last seen by anybody else; empty if it was still seen at the end. */
    Optional<Duration> goneAfter(Instant event, Instant end, String node, Optional<URI> without) {
        List<Look> seen = within(event, end, without);
        Instant last = seen.stream()
                .filter(look -> look.nodes.contains(node))
                .map(Look::at)
                .max(Instant::compareTo)
                .orElse(event);
        boolean isGone = seen.stream().anyMatch(look -> look.at.isAfter(last));
        return isGone ? Optional.of(Duration.between(event, last).plusMillis(LOOK_EVERY_MS)) : Optional.empty();
    }

    /** How long after the event every gateway saw all of them for the first time and from then on; empty if never. */
    Optional<Duration> completeAfter(Instant event, Collection<URI> gateways, Collection<String> nodes) {
        Instant complete = event;
        for (URI gateway : gateways) {
            List<Look> seen = looks.stream()
                    .filter(look -> look.gateway.equals(gateway) && look.at.isAfter(event))
                    .toList();
            if (seen.isEmpty() || !seen.get(seen.size() - 1).nodes.containsAll(nodes)) {
                return Optional.empty();
            }
            for (int i = seen.size() - 1; i >= 0 && seen.get(i).nodes.containsAll(nodes); i--) {
                Instant at = seen.get(i).at;
                boolean isFirst = i == 0 || !seen.get(i - 1).nodes.containsAll(nodes);
                if (isFirst && at.isAfter(complete)) {
                    complete = at;
                }
            }
        }
        return Optional.of(Duration.between(event, complete));
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
