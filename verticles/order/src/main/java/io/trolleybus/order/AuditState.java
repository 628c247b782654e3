package io.trolleybus.order;

import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.SweepCursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one sweep leaves to the next; stored as JSON.
 *
 * @param orders how far the orders' own rows have been looked through, and so on; null before the first sweep
 * @param seen what the last sweep saw
 * @param lagging orders whose stock could not be compared, since inventory had not read so far
 */
record AuditState(
        @Nullable SweepCursor orders,
        @Nullable SweepCursor payments,
        @Nullable SweepCursor stock,
        List<Seen> seen,
        List<UUID> lagging) {
    static final AuditState NEW = new AuditState(null, null, null, List.of(), List.of());

    /** So many things are followed from one sweep to the next; more is a disaster that a person knows of. */
    static final int MAX_SEEN = 1_000;

    private static final int SWEEPS_TO_REPORT = 2;

    /** @param sweeps how many in a row have seen it, at most as many as it takes to be reported */
    record Seen(AuditFinding finding, int sweeps) {
        boolean mayBeReported() {
            return sweeps >= SWEEPS_TO_REPORT;
        }
    }

    AuditState {
        seen = List.copyOf(seen);
        lagging = List.copyOf(lagging);
    }

    /** The orders that the next sweep has to look at, those under suspicion first. */
    List<UUID> again(int limit) {
        Stream<UUID> suspects =
                seen.stream().map(each -> each.finding.orderId()).filter(Objects::nonNull);
        return Stream.concat(suspects, lagging.stream()).distinct().limit(limit).toList();
    }

    /**
     * What has been seen by now.
     *
     * @param unasked kinds of findings about which somebody could not be asked; those stay as they were
     * @param unread orders of which the stock could not be compared, and stays as it was
     */
    List<Seen> seenAfter(List<AuditFinding> found, Set<String> unasked, Set<UUID> unread) {
        Map<String, Seen> before = new HashMap<>();
        seen.forEach(each -> before.put(each.finding.subject(), each));
        List<Seen> now = new ArrayList<>();
        Set<String> subjects = new LinkedHashSet<>();
        for (AuditFinding finding : found) {
            if (subjects.add(finding.subject())) {
                Seen earlier = before.get(finding.subject());
                now.add(new Seen(finding, earlier == null ? 1 : Math.min(SWEEPS_TO_REPORT, earlier.sweeps + 1)));
            }
        }
        seen.stream()
                .filter(each -> unasked.contains(each.finding.kind()) || isUnread(each.finding, unread))
                .filter(each -> subjects.add(each.finding.subject()))
                .forEach(now::add);
        return now.stream().limit(MAX_SEEN).toList();
    }

    private static boolean isUnread(AuditFinding finding, Set<UUID> unread) {
        UUID order = finding.orderId();
        return order != null && finding.kind().equals(Conservation.STOCK) && unread.contains(order);
    }
}
