package io.trolleybus.order;

import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.PaymentMessages;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * About what a sweep can say nothing new, although it was a finding before, so that it stays one.
 *
 * @param degraded who could not be asked
 * @param again orders that were to be looked at once more, as many as a sweep can
 * @param unasked those of them about which the provider was not asked
 * @param uncompared those for which there was no time
 * @param lagging those whose stock could not be compared
 */
record Unlooked(Set<String> degraded, Set<UUID> again, Set<UUID> unasked, Set<UUID> uncompared, Set<UUID> lagging)
        implements Predicate<AuditFinding> {
    @Override
    public boolean test(AuditFinding finding) {
        return isOfAbsent(finding.kind()) || (finding.orderId() != null && isLeft(finding.kind(), finding.orderId()));
    }

    private boolean isOfAbsent(String kind) {
        return switch (kind) {
            case AuditKinds.PAYMENT_ROW, AuditKinds.ORDER_PAYMENT -> degraded.contains(PaymentMessages.SERVICE);
            case AuditKinds.PAYMENT_PROVIDER ->
                degraded.contains(PaymentMessages.SERVICE) || degraded.contains(AuditKinds.PAYMENT_PROVIDER);
            case AuditKinds.STOCK_ROW, AuditKinds.HOLD_ROW, AuditKinds.ORDER_STOCK ->
                degraded.contains(InventoryMessages.SERVICE);
            default -> false;
        };
    }

    private boolean isLeft(String kind, UUID order) {
        if (!again.contains(order)) {
            return true;
        }
        return switch (kind) {
            case AuditKinds.PAYMENT_PROVIDER -> unasked.contains(order);
            case AuditKinds.ORDER_STOCK -> uncompared.contains(order) || lagging.contains(order);
            case AuditKinds.ORDER_ROW, AuditKinds.ORDER_PAYMENT -> uncompared.contains(order);
            default -> false;
        };
    }
}
