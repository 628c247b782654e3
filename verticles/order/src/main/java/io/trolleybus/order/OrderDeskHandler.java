package io.trolleybus.order;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.model.AboutOrder;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.CancelOrder;
import io.trolleybus.model.OrderMessages.DeliverOrder;
import io.trolleybus.model.OrderMessages.OrderRefund;
import io.trolleybus.model.OrderMessages.RefundOrder;
import io.trolleybus.model.OrderMessages.ShipOrder;
import io.trolleybus.model.OrderMessages.Shipment;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.OrderDesk.Also;
import io.trolleybus.order.OrderDesk.Change;
import io.trolleybus.order.OrderDesk.Changed;
import io.trolleybus.order.domain.OrderCommand;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Answers what people want of orders that are placed: cancel, ship, deliver, refund. For one event loop. */
final class OrderDeskHandler {
    private final ServiceContext context;
    private final OrderDesk desk;
    private final DeskSagas sagas;

    OrderDeskHandler(ServiceContext context, OrderDesk desk, DeskSagas sagas) {
        this.context = context;
        this.desk = desk;
        this.sagas = sagas;
    }

    Future<Reply<OrderMessages.Order>> cancel(Call call, CancelOrder command) {
        return asUser(call, OrderDeskRules.check(command), user -> {
            if (sagas.isFull()) {
                return Future.failedFuture(new BusyException("too many cancellations under way"));
            }
            var change = new Change(
                    command.orderId(),
                    new OrderCommand.RequestCancel(command.reason(), user),
                    call.principal(),
                    call.trace(),
                    null);
            var saga = sagas.cancel(context.ids().get(), command.reason(), call.trace());
            return desk.change(change, saga)
                    .onSuccess(done -> saga.begin())
                    .map(reply -> reply.map(changed -> OrderViews.view(changed.order(), call.principal())));
        });
    }

    Future<Reply<Shipment>> ship(Call call, ShipOrder command) {
        return asOperator(call, OrderDeskRules.check(command), user -> {
            UUID id = context.ids().get();
            var ship = new OrderCommand.Ship(id, command.carrier(), command.trackingId(), command.lines(), user);
            return once(call, command, command.key(), ship, id, Also.NOTHING)
                    .map(reply -> reply.map(changed -> shipment(changed)));
        });
    }

    private static Shipment shipment(Changed changed) {
        return changed.order().shipments().stream()
                .filter(shipment -> shipment.id().equals(changed.result()))
                .findFirst()
                .orElseThrow();
    }

    Future<Reply<OrderMessages.Order>> deliver(Call call, DeliverOrder command) {
        return asOperator(call, Optional.empty(), user -> {
            var deliver = new OrderCommand.Deliver(user);
            return desk.change(
                            new Change(command.orderId(), deliver, call.principal(), call.trace(), null), Also.NOTHING)
                    .map(reply -> reply.map(changed -> OrderViews.view(changed.order(), call.principal())));
        });
    }

    Future<Reply<OrderRefund>> refund(Call call, RefundOrder command) {
        return asOperator(call, OrderDeskRules.check(command), user -> {
            if (sagas.isFull()) {
                return Future.failedFuture(new BusyException("too many refunds under way"));
            }
            UUID id = context.ids().get();
            var refund = new OrderCommand.RequestRefund(id, command.amount(), command.reason(), user);
            var saga = sagas.refund(id, call.trace());
            return once(call, command, command.key(), refund, id, saga)
                    .onSuccess(done -> saga.begin())
                    .map(reply -> reply.map(changed -> refund(changed)));
        });
    }

    private static OrderRefund refund(Changed changed) {
        return Optional.ofNullable(changed.result())
                .flatMap(changed.order().payment()::refund)
                .orElseThrow();
    }

    /** Keys are per user; a repeat answers what came of the first. */
    private <C extends Record & AboutOrder> Future<Reply<Changed>> once(
            Call call, C command, String key, OrderCommand wanted, UUID result, Also also) {
        var claim =
                new Outcomes.Claim(String.valueOf(call.principal().userId()), key, Fingerprint.ofAll(command), result);
        return desk.change(new Change(command.orderId(), wanted, call.principal(), call.trace(), claim), also);
    }

    private static <R> Future<Reply<R>> asUser(
            Call call, Optional<Refusal> invalid, Function<UUID, Future<Reply<R>>> work) {
        UUID user = call.principal().userId();
        if (user == null) {
            return Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only a user does that"));
        }
        return invalid.<Future<Reply<R>>>map(refusal -> Future.succeededFuture(Reply.refused(refusal)))
                .orElseGet(() -> work.apply(user));
    }

    private static <R> Future<Reply<R>> asOperator(
            Call call, Optional<Refusal> invalid, Function<UUID, Future<Reply<R>>> work) {
        return call.principal().isOperator()
                ? asUser(call, invalid, work)
                : Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only an operator does that"));
    }
}
