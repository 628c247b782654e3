package io.trolleybus.gateway;

import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.AuditReport;
import io.trolleybus.model.AuditMessages.GetAudit;
import io.trolleybus.model.AuditMessages.Reconcile;
import io.trolleybus.model.AuditMessages.Reconciled;
import io.trolleybus.model.OrderMessages;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Whether everything adds up, for operators. */
final class AuditOperations {
    /** That the one who knows cannot be asked is an answer to whether all is well. */
    private static final AuditReport NOBODY_KNOWS =
            new AuditReport(null, false, 0, 0, List.of(), List.of(OrderMessages.SERVICE));

    private final Bus bus;

    private record Intervention(String reason) {}

    AuditOperations(Bus bus) {
        this.bus = bus;
    }

    Map<String, Action> actions() {
        return Map.of("getAudit", this::get, "reconcile", this::reconcile);
    }

    private Future<Answer> get(Exchange exchange) {
        return bus.read(exchange, AuditMessages.GET, new GetAudit(), AuditReport.class)
                .recover(cause -> cause instanceof UnavailableException
                        ? Future.succeededFuture(NOBODY_KNOWS)
                        : Future.failedFuture(cause))
                .map(report -> Answer.json(200, report));
    }

    private Future<Answer> reconcile(Exchange exchange) {
        var command = new Reconcile(exchange.body(Intervention.class).reason);
        return bus.once(exchange, AuditMessages.RECONCILE, command, Reconciled.class)
                .map(reconciled -> Answer.json(200, reconciled));
    }
}
