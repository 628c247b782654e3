package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.AuditReport;
import io.trolleybus.model.AuditMessages.Reconcile;
import io.trolleybus.model.AuditMessages.Reconciled;
import io.trolleybus.model.AuditMessages.SettlePayments;
import io.trolleybus.model.AuditMessages.SettledPayments;
import io.trolleybus.model.Page;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.OrderDesk.Also;
import io.trolleybus.order.OrderDesk.Change;
import io.trolleybus.order.domain.OrderCommand;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Has recorded what the payment provider knows better, of what the last sweep found, and notes with each order who did
 * it and why. What has been recorded is found no more, so doing it again does nothing. For one event loop.
 */
final class Reconciling {
    private final AuditStore store;
    private final GuardedClient client;
    private final OrderDesk desk;
    private final Principal self;

    Reconciling(AuditStore store, GuardedClient client, OrderDesk desk, Principal self) {
        this.store = store;
        this.client = client;
        this.desk = desk;
        this.self = self;
    }

    Future<Reply<Reconciled>> reconcile(Call call, Reconcile command) {
        UUID user = call.principal().userId();
        if (user == null || !call.principal().isOperator()) {
            return Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only operators reconcile"));
        }
        return OrderDeskRules.checkReason(command.reason())
                .<Future<Reply<Reconciled>>>map(refusal -> Future.succeededFuture(Reply.refused(refusal)))
                .orElseGet(() -> store.report()
                        .map(report -> report.map(AuditReport::findings).orElse(List.of()))
                        .compose(findings -> settle(call, findings)
                                .compose(settled -> note(call, settled, command.reason(), user)
                                        .map(noted -> Reply.done(reconciled(findings, settled))))));
    }

    private Future<List<UUID>> settle(Call call, List<AuditFinding> findings) {
        List<UUID> orders = findings.stream()
                .filter(finding -> finding.kind().equals(AuditKinds.PAYMENT_PROVIDER))
                .map(finding -> Objects.requireNonNull(finding.orderId()))
                .distinct()
                .limit(Page.MAX_LIMIT)
                .toList();
        if (orders.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        var asOurselves = new Call(call.id(), call.deadlineMs(), call.trace(), self);
        return client.call(
                        AuditMessages.SETTLE_PAYMENTS, asOurselves, new SettlePayments(orders), SettledPayments.class)
                .map(reply -> reply.fold(SettledPayments::orderIds, refusal -> {
                    throw new IllegalStateException("payments are not settled: " + refusal.detail());
                }));
    }

    private Future<?> note(Call call, List<UUID> settled, String reason, UUID user) {
        return Future.join(settled.stream()
                .map(order -> desk.change(
                        new Change(
                                order,
                                new OrderCommand.NoteReconciled(reason, user),
                                call.principal(),
                                call.trace(),
                                null),
                        Also.NOTHING))
                .toList());
    }

    private static Reconciled reconciled(List<AuditFinding> findings, List<UUID> settled) {
        Set<UUID> orders = Set.copyOf(settled);
        return new Reconciled(
                findings.stream().filter(each -> isMended(each, orders)).toList(),
                findings.stream().filter(each -> !isMended(each, orders)).toList());
    }

    private static boolean isMended(AuditFinding finding, Set<UUID> settled) {
        UUID order = finding.orderId();
        return order != null && finding.kind().equals(AuditKinds.PAYMENT_PROVIDER) && settled.contains(order);
    }
}
