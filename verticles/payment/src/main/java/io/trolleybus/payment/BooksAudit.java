package io.trolleybus.payment;

import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.TimeLimit;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.journal.Checked;
import io.trolleybus.journal.Sweeper.Page;
import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/**
 * Compares payments with the provider's books: as many of a page as may be asked about, and as can be in time. Those
 * that are wanted come first, then those that differ already, then others by chance. What was wanted and not asked
 * about, or has changed meanwhile, is named, since nothing new can be said of it; so is the provider, if there was time
 * for no question at all.
 *
 * <p>For one event loop.
 */
final class BooksAudit {
    /** A provider is not ours to keep busy. */
    private static final int ASKED_OF_A_PAGE = 100;

    private static final int ASKED_AT_ONCE = 8;
    /** What is left of a page's time when the last answer has to be there. */
    private static final long MARGIN_MS = 2_000;
    /** A provider that did not answer is left alone for so long: its breaker is for those who have to be paid. */
    private static final long SILENCE_MS = 10_000;

    private static final String UNCHANGED = """
            select p.id from payment p join unnest($1::uuid[], $2::int[]) as seen (id, version)
              on seen.id = p.id and seen.version = p.version
            """;

    private final ServiceContext context;
    private final Provider provider;
    private long silentUntilMs;

    BooksAudit(ServiceContext context, Provider provider) {
        this.context = context;
        this.provider = provider;
    }

    /** @param differing payments of orders about which something else is found */
    Future<Checked> check(Page page, List<UUID> differing) {
        if (context.clock().millis() < silentUntilMs) {
            return Future.succeededFuture(Checked.without(AuditKinds.PAYMENT_PROVIDER));
        }
        Set<UUID> chosen = chosen(page, differing);
        Set<UUID> all = new LinkedHashSet<>(page.wanted());
        all.addAll(chosen);
        return PaymentRecord.find(context.database().reads(), all).compose(rows -> {
            var asking = new Asking(page.deadlineMs() - MARGIN_MS);
            return asking.all(inTheirOrder(rows, chosen))
                    .compose(asked -> unchanged(asking.answered))
                    .map(unchanged -> asking.checked(rows, page.wanted(), unchanged))
                    .recover(this::unanswered);
        });
    }

    private Set<UUID> chosen(Page page, List<UUID> differing) {
        Set<UUID> chosen = new LinkedHashSet<>();
        add(page.wanted(), chosen);
        add(differing, chosen);
        List<UUID> others = new ArrayList<>(page.streams());
        while (chosen.size() < ASKED_OF_A_PAGE && !others.isEmpty()) {
            chosen.add(others.remove(context.random().nextInt(others.size())));
        }
        return chosen;
    }

    private static void add(List<UUID> some, Set<UUID> chosen) {
        some.stream().limit(ASKED_OF_A_PAGE - chosen.size()).forEach(chosen::add);
    }

    private static List<PaymentRecord> inTheirOrder(List<PaymentRecord> rows, Set<UUID> chosen) {
        List<UUID> order = List.copyOf(chosen);
        return rows.stream()
                .filter(row -> chosen.contains(row.id()))
                .sorted(Comparator.comparingInt(row -> order.indexOf(row.id())))
                .toList();
    }

    private Future<Checked> unanswered(Throwable cause) {
        if (!(cause instanceof UnavailableException || cause instanceof TimeoutException)) {
            return Future.failedFuture(cause);
        }
        silentUntilMs = context.clock().millis() + SILENCE_MS;
        return Future.succeededFuture(Checked.without(AuditKinds.PAYMENT_PROVIDER));
    }

    /** What has changed since it was read need not agree with what the provider says now. */
    private Future<Set<UUID>> unchanged(List<PaymentRecord> answered) {
        var seen = Tuple.tuple()
                .addValue(answered.stream().map(PaymentRecord::id).toArray(UUID[]::new))
                .addValue(answered.stream().map(PaymentRecord::version).toArray(Integer[]::new));
        return context.database().reads().preparedQuery(UNCHANGED).execute(seen).map(rows -> {
            Set<UUID> same = new HashSet<>();
            rows.forEach(row -> same.add(row.getUUID(0)));
            return same;
        });
    }

    /** The questions of one page. */
    private final class Asking {
        final List<PaymentRecord> answered = new ArrayList<>();
        private final List<Differing> differing = new ArrayList<>();
        private final long untilMs;

        Asking(long untilMs) {
            this.untilMs = untilMs;
        }

        /** Some at once; whether there is an answer at all the first finds out alone. */
        Future<?> all(List<PaymentRecord> rows) {
            return from(rows, 0, 1)
                    .recover(cause -> cause instanceof TimeoutException && !answered.isEmpty()
                            ? Future.succeededFuture()
                            : Future.failedFuture(cause));
        }

        private Future<?> from(List<PaymentRecord> rows, int from, int to) {
            long leftMs = untilMs - context.clock().millis();
            if (from >= rows.size() || leftMs <= 0) {
                return Future.succeededFuture();
            }
            int end = Math.min(rows.size(), to);
            List<Future<?>> asking =
                    rows.subList(from, end).stream().<Future<?>>map(this::ask).toList();
            return TimeLimit.within(leftMs, context.vertx(), Future.all(asking))
                    .compose(asked -> from(rows, end, end + ASKED_AT_ONCE));
        }

        private Future<?> ask(PaymentRecord row) {
            return provider.books(row.id(), Trace.root(context.random(), false)).onSuccess(books -> {
                answered.add(row);
                row.differenceFromProvider(books)
                        .ifPresent(difference -> differing.add(
                                new Differing(row.id(), row.finding(AuditKinds.PAYMENT_PROVIDER, difference))));
            });
        }

        Checked checked(List<PaymentRecord> rows, List<UUID> wanted, Set<UUID> unchanged) {
            Set<UUID> known = new HashSet<>();
            answered.stream().map(PaymentRecord::id).filter(unchanged::contains).forEach(known::add);
            Set<UUID> unasked = new LinkedHashSet<>(wanted);
            unasked.removeAll(known);
            Set<UUID> orders = new LinkedHashSet<>();
            rows.stream().filter(row -> unasked.contains(row.id())).forEach(row -> orders.add(row.orderId()));
            return new Checked(
                    0,
                    0,
                    differing.stream()
                            .filter(each -> known.contains(each.payment))
                            .map(Differing::finding)
                            .toList(),
                    Set.of(),
                    answered.isEmpty() && !rows.isEmpty() ? Set.of(AuditKinds.PAYMENT_PROVIDER) : Set.of(),
                    orders);
        }
    }

    private record Differing(UUID payment, AuditFinding finding) {}
}
