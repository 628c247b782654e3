package io.trolleybus.model;

import io.trolleybus.model.InventoryMessages.StockLine;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is said about whether everything adds up. One instance of the order service conducts; it has each service look
 * at its own rows, a page at a time, and compares what they say of one order.
 */
public final class AuditMessages {
    public static final String GET = "order.audit";
    public static final String RECONCILE = "order.reconcile";
    public static final String SETTLE_PAYMENTS = "payment.settle";
    public static final String SWEEP_PAYMENTS = "payment.sweep";
    public static final String SWEEP_STOCK = "inventory.sweep";
    public static final String FIND_HOLDS = "inventory.holds";

    private AuditMessages() {}

    /** Answers {@link AuditReport}, that of the last sweep. Operators only. */
    public record GetAudit() {}

    /**
     * What the last sweep came to.
     *
     * @param at when it ended; null if there was none yet
     * @param ok nothing is found, and everybody could be asked
     * @param checked rows and orders that were compared
     * @param inFlight those that could not be, since something is still to happen to them
     * @param findings seen by two sweeps
     * @param degraded who could not be asked
     */
    public record AuditReport(
            @Nullable Instant at,
            boolean ok,
            int checked,
            int inFlight,
            List<AuditFinding> findings,
            List<String> degraded) {}

    /**
     * Two things that ought to agree and do not.
     *
     * @param kind which two, one of {@link AuditKinds}
     * @param orderId what it is about, unless that is a SKU
     * @param expected as the one that is believed has it
     * @param found as the other has it
     */
    public record AuditFinding(
            String kind, @Nullable UUID orderId, @Nullable String sku, String expected, String found) {
        /** Whether another finding is the same one, which may look different by now. */
        public String subject() {
            return kind + ' ' + (orderId == null ? sku : orderId);
        }
    }

    /**
     * Mends what was found, where somebody is known to be right: what the payment provider has decided and nobody heard
     * is recorded. Answers {@link Reconciled}; refused with {@code forbidden} or {@code invalid}. Repeating it changes
     * nothing more. Operators only.
     */
    public record Reconcile(String reason) {}

    /** @param left what only a person can decide */
    public record Reconciled(List<AuditFinding> mended, List<AuditFinding> left) {}

    /**
     * Asks the provider what it has decided of charges and refunds of these orders, at most 100, and records it;
     * charges and refunds nothing. Answers {@link SettledPayments}; refused with {@code forbidden} or {@code invalid}.
     * Services only.
     */
    public record SettlePayments(List<UUID> orderIds) {}

    /** @param orderIds those of which something was recorded */
    public record SettledPayments(List<UUID> orderIds) {}

    /**
     * Compares the next page of rows with their journal. Answers {@link Swept}; refused with {@code forbidden}. An
     * instance that compares another page just now is busy. Services only.
     *
     * @param cursor where the last page ended; null to begin with what is written from now on
     * @param also orders to be looked at whether or not something was written about them, at most 500; those first
     *     about which it matters most
     * @param first whether this page is the first of its sweep, which has rows looked at that nobody wrote, too
     */
    public record SweepPage(@Nullable SweepCursor cursor, List<UUID> also, boolean first) {}

    /**
     * How far a service's tables have been looked through for rows that were written. One time through all of them is a
     * lap.
     *
     * @param since the transaction id from which on a row was written too late for the lap before; 64 bits wide
     * @param lap the same for the next lap
     * @param table that is being looked through, from 0
     * @param block of it that comes next
     * @param position of the journal up to which events have had their rows
     * @param after the last row that was looked at unwritten; null to begin with the first
     * @param head of the journal when the lap began; null of one that an older release began
     */
    public record SweepCursor(
            long since,
            long lap,
            int table,
            long block,
            long position,
            @Nullable UUID after,
            @Nullable Long head) {}

    /**
     * What a page came to.
     *
     * @param more whether the lap goes on
     * @param checked rows that were compared
     * @param inFlight those of them to which something is still to happen
     * @param orderIds the orders that the page was about
     * @param degraded who could not be asked
     * @param unasked wanted orders about which somebody beside the service was not asked in time; null for none
     */
    public record Swept(
            SweepCursor cursor,
            boolean more,
            int checked,
            int inFlight,
            List<AuditFinding> findings,
            List<UUID> orderIds,
            List<String> degraded,
            @Nullable List<UUID> unasked) {}

    /** Answers {@link Holds} of the given orders, at most 100 of them. Services only. */
    public record FindHolds(List<UUID> orderIds) {}

    /** @param position up to which the journal of the orders has been followed */
    public record Holds(long position, List<Hold> items) {}

    /**
     * What is kept of the stock for an order.
     *
     * @param state {@code HELD}, {@code ALLOCATED}, {@code SOLD} or {@code RELEASED}
     * @param open what is reserved still
     */
    public record Hold(UUID orderId, String state, List<StockLine> lines, List<StockLine> open) {}
}
