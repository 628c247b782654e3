package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.Checked;
import io.trolleybus.journal.Facts;
import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.FindHolds;
import io.trolleybus.model.AuditMessages.Hold;
import io.trolleybus.model.AuditMessages.Holds;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.Principal;
import io.trolleybus.order.OrderRecords.OrderRecord;
import io.trolleybus.order.domain.Order;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Compares orders with their events, and with what the other services keep for them. Of an order to which something is
 * still to happen nothing can be said; nor of its stock as long as inventory has not read the order's last event. Where
 * something differs, the order is looked at once more, and if it moved meanwhile, it counts as under way.
 *
 * <p>For one event loop, and one sweep: who did not answer once is not asked again.
 */
final class OrderAudit {
    private static final Logger LOG = LogManager.getLogger(OrderAudit.class);
    private static final long ASK_LIMIT_MS = 3_000;

    private final ServiceContext context;
    private final OrderRecords records;
    private final Set<String> away = new HashSet<>();
    private final Set<UUID> lagging = new LinkedHashSet<>();

    OrderAudit(ServiceContext context, OrderRecords records) {
        this.context = context;
        this.records = records;
    }

    /** Orders whose stock could not be compared, since inventory had not read so far. */
    Set<UUID> lagging() {
        return lagging;
    }

    /** @param ids at most 100; there need not be such orders */
    Future<Checked> check(List<UUID> ids) {
        return records.find(ids).compose(found -> {
            List<UUID> settled = ids.stream()
                    .filter(id -> !found.containsKey(id) || found.get(id).isSettled())
                    .toList();
            Future<Optional<Payments>> payments =
                    ask(PaymentMessages.SERVICE, PaymentMessages.FIND, new FindPayments(settled), Payments.class);
            Future<Optional<Holds>> holds =
                    ask(InventoryMessages.SERVICE, AuditMessages.FIND_HOLDS, new FindHolds(settled), Holds.class);
            return Future.all(payments, holds)
                    .compose(answered -> confirmed(found, compare(settled, found, payments.result(), holds.result())))
                    .map(differing -> new Checked(
                            ids.size(),
                            ids.size() - settled.size(),
                            joined(ofRows(found), differing),
                            Set.of(),
                            Set.copyOf(away),
                            Set.of()));
        });
    }

    private <R> Future<Optional<R>> ask(String service, String address, Object query, Class<R> result) {
        if (away.contains(service)) {
            return Future.succeededFuture(Optional.empty());
        }
        var call = new Call(
                context.ids().get(),
                context.clock().millis() + ASK_LIMIT_MS,
                Trace.root(context.random(), false),
                Principal.service(context.service()));
        return context.client()
                .call(address, call, query, result)
                .map(reply -> reply.fold(Optional::of, refusal -> {
                    throw new IllegalStateException(address + " refused: " + refusal.detail());
                }))
                .otherwise(cause -> {
                    LOG.debug("the audit goes on without {}", service, cause);
                    away.add(service);
                    return Optional.empty();
                });
    }

    private static List<AuditFinding> ofRows(Map<UUID, OrderRecord> found) {
        return found.values().stream()
                .flatMap(record ->
                        record.difference().map(each -> finding(AuditKinds.ORDER_ROW, record.id(), each)).stream())
                .toList();
    }

    private static AuditFinding finding(String kind, UUID order, Facts.Difference difference) {
        return new AuditFinding(kind, order, null, difference.expected(), difference.found());
    }

    private List<AuditFinding> compare(
            List<UUID> settled, Map<UUID, OrderRecord> found, Optional<Payments> payments, Optional<Holds> holds) {
        List<AuditFinding> differing = new ArrayList<>();
        payments.ifPresent(answer -> {
            Map<UUID, List<Payment>> byOrder = new HashMap<>();
            answer.items().forEach(payment -> byOrder.computeIfAbsent(payment.orderId(), id -> new ArrayList<>())
                    .add(payment));
            settled.forEach(id -> Conservation.ofMoney(orderOf(found.get(id)), byOrder.getOrDefault(id, List.of()))
                    .ifPresent(each -> differing.add(finding(AuditKinds.ORDER_PAYMENT, id, each))));
        });
        holds.ifPresent(answer -> {
            Map<UUID, Hold> byOrder = new HashMap<>();
            answer.items().forEach(hold -> byOrder.put(hold.orderId(), hold));
            for (UUID id : settled) {
                OrderRecord record = found.get(id);
                if (record != null && record.lastPosition() > answer.position()) {
                    lagging.add(id);
                } else {
                    Conservation.ofStock(orderOf(record), byOrder.get(id))
                            .ifPresent(each -> differing.add(finding(AuditKinds.ORDER_STOCK, id, each)));
                }
            }
        });
        return differing;
    }

    private static @Nullable Order orderOf(@Nullable OrderRecord record) {
        return record == null ? null : record.order();
    }

    /** Those of orders that are as they were. */
    private Future<List<AuditFinding>> confirmed(Map<UUID, OrderRecord> before, List<AuditFinding> differing) {
        if (differing.isEmpty()) {
            return Future.succeededFuture(differing);
        }
        Set<UUID> ids = new LinkedHashSet<>();
        differing.forEach(finding -> ids.add(Objects.requireNonNull(finding.orderId())));
        return records.find(ids).map(now -> differing.stream()
                .filter(finding -> isStill(before.get(finding.orderId()), now.get(finding.orderId())))
                .toList());
    }

    private static boolean isStill(@Nullable OrderRecord before, @Nullable OrderRecord now) {
        return before == null ? now == null : before.isStill(now);
    }

    private static List<AuditFinding> joined(List<AuditFinding> some, List<AuditFinding> more) {
        List<AuditFinding> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
