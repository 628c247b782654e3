package io.trolleybus.verification;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What clients saw of the platform over some time. */
record Samples(List<Sample> all) {

    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(250);

    /** So many windows in a row must be normal: one may be so by chance. */
    private static final int WINDOWS_IN_A_ROW = 3;

    /** Of a window that is normal; fewer requests say that clients are waiting. */
    private static final int FEWEST = MixedLoad.REQUESTS_PER_SECOND / 4;

    Samples where(Predicate<Sample> wanted) {
        return new Samples(all.stream().filter(wanted).toList());
    }

    Samples sentWithin(Instant from, Instant to) {
        return where(sample -> sample.sentWithin(from, to));
    }

    Samples failed() {
        return where(Sample::failed);
    }

    /** How often each outcome came. */
    Map<String, Long> outcomes() {
        return all.stream()
                .collect(groupingBy(sample -> sample.kind() + " " + sample.outcome(), TreeMap::new, counting()));
    }

    /** When the first and the last were sent, in seconds after an event. */
    String span(Instant event) {
        if (all.isEmpty()) {
            return "";
        }
        Instant first = all.stream().map(Sample::sentAt).min(Instant::compareTo).orElseThrow();
        Instant last = all.stream().map(Sample::sentAt).max(Instant::compareTo).orElseThrow();
        return Duration.between(event, first).toSeconds() + " to "
                + Duration.between(event, last).toSeconds() + " s";
    }

    /** The time within which 99 of 100 were answered, whatever the answer. */
    Duration p99() {
        List<Duration> sorted = all.stream().map(Sample::took).sorted().toList();
        return sorted.isEmpty() ? Duration.ZERO : sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
    }

    /**
     * How long after an event clients saw nothing of it any more: from then on no request failed, and 99 of 100 were
     * answered within the limit. Empty if that was never so for long enough.
     */
    Optional<Duration> normalAfter(Instant event, Duration limit) {
        Instant last = all.stream().map(Sample::sentAt).max(Instant::compareTo).orElse(event);
        Instant from = event;
        while (!from.plus(WINDOW.multipliedBy(WINDOWS_IN_A_ROW)).isAfter(last)) {
            if (isNormalFrom(from, limit)) {
                return Optional.of(Duration.between(event, from));
            }
            from = from.plus(STEP);
        }
        return Optional.empty();
    }

    private boolean isNormalFrom(Instant from, Duration limit) {
        for (int i = 0; i < WINDOWS_IN_A_ROW; i++) {
            Instant begin = from.plus(WINDOW.multipliedBy(i));
            Samples window = sentWithin(begin, begin.plus(WINDOW));
            if (window.all.size() < FEWEST
                    || !window.failed().all.isEmpty()
                    || window.p99().compareTo(limit) > 0) {
                return false;
            }
        }
        return true;
    }
}
