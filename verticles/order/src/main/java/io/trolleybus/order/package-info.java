/**
 * Orders. Owns the orders, event-sourced, with the view that clients read; the saga that places them; and its own
 * replica of the price list, so that orders are taken while inventory is away.
 *
 * <p>Answers {@code order.place}, {@code order.get}, {@code order.find}, {@code order.events}, {@code order.feed}.
 * Publishes {@code OrderCreated}, {@code PaymentProcessed}, {@code OrderConfirmed}, {@code OrderRejected}. Calls
 * {@code inventory.reserve} and {@code inventory.release}, {@code payment.charge} and {@code payment.void}; reads
 * inventory's feed.
 *
 * <p>Way of an order: {@link io.trolleybus.order.PlaceOrderHandler} takes it in and prices it,
 * {@link io.trolleybus.order.OrderWrites} commits it together with its neighbours,
 * {@link io.trolleybus.order.PlaceOrderSaga} carries it to its end.
 */
@NullMarked
package io.trolleybus.order;

import org.jspecify.annotations.NullMarked;
