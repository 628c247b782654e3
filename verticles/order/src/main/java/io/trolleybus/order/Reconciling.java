package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.AuditReport;
import io.trolleybus.model.AuditMessages.Reconcile;
import io.trolleybus.model.AuditMessages.Reconciled;
import io.trolleybus.model.AuditMessages.SettlePayments;
import io.trolleybus.model.AuditMessages.SettledPayments;
import io.trolleybus.model.Page;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.OrderDesk.Also;
import io.trolleybus.order.OrderDesk.Change;
import io.trolleybus.order.domain.OrderCommand;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Has recorded what the payment provider knows better, of what the last sweep found, and notes with each order who did
 * it and why. The note comes first and once for a finding, since what is recorded is found no more: whoever repeats the
 * command after a failure notes nothing twice, and nothing is recorded that is not noted. Orders whose saga is under
 * way are left to it. For one event loop.
 */
final class Reconciling {
    private static final String AT_REST = """
            select id from orders
            where id = any ($1::uuid[]) and saga_owner is null
              and not exists (select from order_saga s where s.order_id = orders.id and s.owner is not null)
            """;

    private final AuditStore store;
    private final GuardedClient client;
    private final Database database;
    private final OrderDesk desk;
    private final Principal self;

    Reconciling(AuditStore store, GuardedClient client, Database database, OrderDesk desk, Principal self) {
        this.store = store;
        this.client = client;
        this.database = database;
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
                        .compose(findings -> atRest(ofProvider(findings))
                                .compose(orders -> open(call, orders))
                                .compose(orders -> note(call, orders, command.reason(), user))
                                .compose(noted -> settle(call, noted))
                                .map(settled -> Reply.done(reconciled(findings, settled)))));
    }

    private static Map<UUID, AuditFinding> ofProvider(List<AuditFinding> findings) {
        Map<UUID, AuditFinding> byOrder = new LinkedHashMap<>();
        findings.stream()
                .filter(finding -> finding.kind().equals(AuditKinds.PAYMENT_PROVIDER))
                .limit(Page.MAX_LIMIT)
                .forEach(finding -> byOrder.put(Objects.requireNonNull(finding.orderId()), finding));
        return byOrder;
    }

    private Future<Map<UUID, AuditFinding>> atRest(Map<UUID, AuditFinding> findings) {
        var ids = Tuple.tuple().addValue(findings.keySet().toArray(UUID[]::new));
        return database.reads().preparedQuery(AT_REST).execute(ids).map(rows -> {
            Set<UUID> atRest = new HashSet<>();
            rows.forEach(row -> atRest.add(row.getUUID(0)));
            return only(findings, atRest);
        });
    }

    private static Map<UUID, AuditFinding> only(Map<UUID, AuditFinding> findings, Set<UUID> orders) {
        Map<UUID, AuditFinding> left = new LinkedHashMap<>(findings);
        left.keySet().retainAll(orders);
        return left;
    }

    /** Those of which something is not decided here, so that there is something to record. */
    private Future<Map<UUID, AuditFinding>> open(Call call, Map<UUID, AuditFinding> findings) {
        if (findings.isEmpty()) {
            return Future.succeededFuture(findings);
        }
        var query = new FindPayments(List.copyOf(findings.keySet()));
        return ask(PaymentMessages.FIND, call, query, Payments.class).map(payments -> {
            Set<UUID> open = new HashSet<>();
            payments.items().stream().filter(Reconciling::isOpen).forEach(payment -> open.add(payment.orderId()));
            return only(findings, open);
        });
    }

    private static boolean isOpen(Payment payment) {
        return payment.status() == Status.PENDING
                || payment.status() == Status.UNKNOWN
                || payment.refunds().stream().anyMatch(refund -> refund.status() == RefundStatus.PENDING);
    }

    private Future<List<UUID>> note(Call call, Map<UUID, AuditFinding> findings, String reason, UUID user) {
        var noting = new OrderCommand.NoteReconciled(reason, user);
        List<UUID> noted = new ArrayList<>();
        return Future.join(findings.entrySet().stream()
                        .map(each -> {
                            Outcomes.Claim claim = claim(each.getKey(), each.getValue());
                            var change = new Change(each.getKey(), noting, call.principal(), call.trace(), claim);
                            return desk.change(change, Also.NOTHING)
                                    .map(reply -> reply.fold(done -> noted.add(each.getKey()), refusal -> false));
                        })
                        .toList())
                .map(joined -> noted);
    }

    private static Outcomes.Claim claim(UUID order, AuditFinding finding) {
        String key = order + ": " + finding.expected() + " instead of " + finding.found();
        return new Outcomes.Claim(AuditMessages.RECONCILE, key, Fingerprint.ofAll(finding), order);
    }

    private Future<List<UUID>> settle(Call call, List<UUID> orders) {
        return orders.isEmpty()
                ? Future.succeededFuture(List.of())
                : ask(AuditMessages.SETTLE_PAYMENTS, call, new SettlePayments(orders), SettledPayments.class)
                        .map(SettledPayments::orderIds);
    }

    private <R> Future<R> ask(String address, Call call, Object command, Class<R> result) {
        var asOurselves = new Call(call.id(), call.deadlineMs(), call.trace(), self);
        return client.call(address, asOurselves, command, result)
                .map(reply -> reply.<R>fold(done -> done, refusal -> {
                    throw new IllegalStateException(address + " refused: " + refusal.detail());
                }));
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
