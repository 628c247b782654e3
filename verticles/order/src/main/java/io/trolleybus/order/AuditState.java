package io.trolleybus.order;

import io.trolleybus.journal.Checked;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.SweepCursor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
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
    static final int MAX_SEEN = Checked.MAX_FINDINGS;

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
     * What has been seen by now. What this sweep did not get to comes first, so that the next one does; then what was
     * seen before.
     *
     * @param found by this sweep
     * @param unlooked tells of what was seen whether this sweep has not looked, so that it stays as it was
     */
    List<Seen> seenAfter(Stream<AuditFinding> found, Predicate<AuditFinding> unlooked) {
        Map<String, Seen> before = new LinkedHashMap<>();
        seen.forEach(each -> before.put(each.finding.subject(), each));
        Map<String, Seen> again = new LinkedHashMap<>();
        Map<String, Seen> first = new LinkedHashMap<>();
        found.forEach(finding -> {
            Seen earlier = before.get(finding.subject());
            if (earlier == null) {
                first.putIfAbsent(finding.subject(), new Seen(finding, 1));
            } else {
                int sweeps = Math.min(SWEEPS_TO_REPORT, earlier.sweeps + 1);
                again.putIfAbsent(finding.subject(), new Seen(finding, sweeps));
            }
        });
        Stream<Seen> left = seen.stream()
                .filter(each -> !again.containsKey(each.finding.subject()))
                .filter(each -> unlooked.test(each.finding));
        return Stream.concat(left, Stream.concat(again.values().stream(), first.values().stream()))
                .limit(MAX_SEEN)
                .toList();
    }
}
