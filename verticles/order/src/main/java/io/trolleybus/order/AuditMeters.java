package io.trolleybus.order;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.trolleybus.chassis.Meters;
import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.AuditReport;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the last sweep of this instance came to, as long as it is the one that conducts. For one event loop. */
final class AuditMeters {
    /** Every kind, so that each has its line from the start. */
    private static final List<String> KINDS = List.of(
            AuditKinds.ORDER_ROW,
            AuditKinds.PAYMENT_ROW,
            AuditKinds.HOLD_ROW,
            AuditKinds.STOCK_ROW,
            AuditKinds.ORDER_PAYMENT,
            AuditKinds.ORDER_STOCK,
            AuditKinds.PAYMENT_PROVIDER);

    private final Counter checked;
    private volatile @Nullable AuditReport last;

    AuditMeters(Meters meters) {
        checked = meters.registry().counter("trolleybus_audit_checked");
        for (String kind : KINDS) {
            meters.gauge("trolleybus_audit_findings", Tags.of("kind", kind), this, self -> self.findings(kind));
        }
        meters.gauge("trolleybus_audit_in_flight", Tags.empty(), this, AuditMeters::inFlight);
        meters.gauge("trolleybus_audit_last_sweep_seconds", Tags.empty(), this, AuditMeters::lastSweep);
    }

    void swept(AuditReport report) {
        last = report;
        checked.increment(report.checked());
    }

    /** Another conducts now. */
    void silent() {
        last = null;
    }

    private double findings(String kind) {
        AuditReport report = last;
        return report == null
                ? Double.NaN
                : report.findings().stream()
                        .map(AuditFinding::kind)
                        .filter(kind::equals)
                        .count();
    }

    private double inFlight() {
        AuditReport report = last;
        return report == null ? Double.NaN : report.inFlight();
    }

    private double lastSweep() {
        AuditReport report = last;
        Instant at = report == null ? null : report.at();
        return at == null ? Double.NaN : at.getEpochSecond();
    }
}
