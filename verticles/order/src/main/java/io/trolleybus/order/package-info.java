/**
 * Orders. Owns the orders, event-sourced, with the view that clients read; the sagas that place, cancel and refund
 * them; and its own replica of the price list, so that orders are taken while inventory is away.
 *
 * <p>Answers {@code order.place}, {@code order.get}, {@code order.find}, {@code order.events}, {@code order.cancel},
 * {@code order.ship}, {@code order.deliver}, {@code order.refund}, {@code order.feed}, {@code order.recent}; operators
 * of sagas {@code order.find-sagas}, {@code order.get-saga}, {@code order.retry-saga}, {@code order.compensate-saga};
 * those of read models {@code order.find-projections}, {@code order.rebuild-projection} and {@code order.find-sales}.
 * Publishes what {@link io.trolleybus.order.domain.OrderEvent} says. Calls {@code inventory.reserve} and
 * {@code inventory.release}, {@code payment.charge}, {@code payment.void}, {@code payment.refund} and
 * {@code payment.withdraw-refund}; reads inventory's feed.
 *
 * <p>Way of an order: {@link io.trolleybus.order.PlaceOrderHandler} takes it in and prices it,
 * {@link io.trolleybus.order.OrderWrites} commits it together with its neighbours,
 * {@link io.trolleybus.order.PlaceOrderSaga} carries it to its end. What is done with it afterwards goes through
 * {@link io.trolleybus.order.OrderDesk}. Lists and reports come from {@link io.trolleybus.order.OrderProjections}.
 */
@NullMarked
package io.trolleybus.order;

import org.jspecify.annotations.NullMarked;
