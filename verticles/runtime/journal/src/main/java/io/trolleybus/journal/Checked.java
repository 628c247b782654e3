package io.trolleybus.journal;

import io.trolleybus.model.AuditMessages.AuditFinding;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What came of looking at some rows. However many there are, it is bounded: what is beyond is left out, since a person
 * knows by then.
 *
 * @param checked how many were compared
 * @param inFlight to how many of them something is still to happen
 * @param orderIds what they were about, at most {@link #MAX_ORDERS}
 * @param degraded who could not be asked
 * @param unasked orders about which somebody should have been asked, and was not
 */
public record Checked(
        int checked,
        int inFlight,
        List<AuditFinding> findings,
        Set<UUID> orderIds,
        Set<String> degraded,
        Set<UUID> unasked) {
    public static final int MAX_FINDINGS = 1_000;
    public static final int MAX_ORDERS = 5_000;

    public static final Checked NOTHING = of(0, 0, List.of(), Set.of());

    public static Checked of(int checked, int inFlight, List<AuditFinding> findings, Set<UUID> orderIds) {
        return new Checked(checked, inFlight, findings, orderIds, Set.of(), Set.of());
    }

    /** Nothing, since somebody could not be asked. */
    public static Checked without(String who) {
        return new Checked(0, 0, List.of(), Set.of(), Set.of(who), Set.of());
    }

    /** Nothing about those. */
    public static Checked unasked(Set<UUID> orderIds) {
        return new Checked(0, 0, List.of(), Set.of(), Set.of(), orderIds);
    }

    /** Of findings and orders the first ones, beginning with these. */
    public Checked plus(Checked other) {
        return new Checked(
                checked + other.checked,
                inFlight + other.inFlight,
                joined(findings, other.findings),
                joined(orderIds, other.orderIds),
                joined(degraded, other.degraded),
                joined(unasked, other.unasked));
    }

    private static List<AuditFinding> joined(List<AuditFinding> some, List<AuditFinding> more) {
        if (more.isEmpty() || some.size() >= MAX_FINDINGS) {
            return some;
        }
        var all = new ArrayList<>(some);
        more.stream().limit(MAX_FINDINGS - some.size()).forEach(all::add);
        return all;
    }

    private static <T> Set<T> joined(Set<T> some, Set<T> more) {
        if (more.isEmpty() || some.size() >= MAX_ORDERS) {
            return some;
        }
        var all = new LinkedHashSet<>(some);
        for (T each : more) {
            if (all.size() == MAX_ORDERS) {
                break;
            }
            all.add(each);
        }
        return all;
    }
}
