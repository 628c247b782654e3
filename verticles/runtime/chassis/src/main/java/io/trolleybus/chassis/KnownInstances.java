package io.trolleybus.chassis;

import io.trolleybus.chassis.ServiceDirectory.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a process knows of the instances: who is there, and for how long without a further sign of life. An entry that
 * was dropped is kept until nobody lists it any more, so that a record of no news does not bring it back.
 *
 * <p>When this process itself stood still everybody gets a new lease, since it heard of no renewal either.
 *
 * <p>Not thread-safe.
 */
final class KnownInstances {
    private final Duration lease;
    private final Duration tick;
    private final Map<String, Entry> entries = new HashMap<>();
    private Instant lastTick;

    private static final class Entry {
        Instance instance;
        long renewal;
        boolean present = true;

        Entry(Instance instance, long renewal) {
            this.instance = instance;
            this.renewal = renewal;
        }
    }

    /**
     * @param lease for which an instance counts as there after a sign of life
     * @param tick the time between two calls of {@link #stoodStill}
     */
    KnownInstances(Duration lease, Duration tick, Instant now) {
        this.lease = lease;
        this.tick = tick;
        this.lastTick = now;
    }

    /** @param renewal counts up; what counts is that it changed */
    void see(String registration, Instance instance, long renewal) {
        Entry known = entries.get(registration);
        if (known == null) {
            entries.put(registration, new Entry(instance, renewal));
        } else if (known.renewal != renewal) {
            known.instance = instance;
            known.renewal = renewal;
            known.present = true;
        }
    }

    /** Forgets all others. */
    void retain(Collection<String> registrations) {
        entries.keySet().retainAll(Set.copyOf(registrations));
    }

    /**
     * To be called once per tick, before {@link #expire}.
     *
     * @return for how long this process did not run, or its clock was moved; zero as a rule
     */
    Duration stoodStill(Instant now) {
        Duration gap = Duration.between(lastTick, now).minus(tick);
        lastTick = now;
        if (gap.abs().compareTo(tick.multipliedBy(2)) <= 0) {
            return Duration.ZERO;
        }
        Instant until = now.plus(lease);
        entries.values().forEach(entry -> entry.instance = entry.instance.withLeaseUntil(until));
        return gap;
    }

    /** Drops who has given no sign of life for a lease, but for those with the given registrations. @return them */
    List<Instance> expire(Instant now, Set<String> spared) {
        return List.copyOf(
                drop(instance -> instance.leaseUntil().isBefore(now), spared).values());
    }

    /** Registrations of those who were dropped, and have been silent for another lease since. */
    List<String> abandoned(Instant now) {
        List<String> abandoned = new ArrayList<>();
        entries.forEach((registration, entry) -> {
            if (!entry.present && entry.instance.leaseUntil().plus(lease).isBefore(now)) {
                abandoned.add(registration);
            }
        });
        return abandoned;
    }

    /** Drops those that the test is true for. @return them, by registration */
    Map<String, Instance> drop(Predicate<Instance> isGone, Set<String> spared) {
        Map<String, Instance> dropped = new HashMap<>();
        entries.forEach((registration, entry) -> {
            if (entry.present && !spared.contains(registration) && isGone.test(entry.instance)) {
                entry.present = false;
                dropped.put(registration, entry.instance);
            }
        });
        return dropped;
    }

    List<Instance> present() {
        return entries.values().stream()
                .filter(entry -> entry.present)
                .map(entry -> entry.instance)
                .toList();
    }

    Map<String, List<Instance>> presentByAddress() {
        Map<String, List<Instance>> byAddress = new HashMap<>();
        for (Instance instance : present()) {
            for (String address : instance.addresses()) {
                byAddress.computeIfAbsent(address, a -> new ArrayList<>()).add(instance);
            }
        }
        return byAddress;
    }
}
