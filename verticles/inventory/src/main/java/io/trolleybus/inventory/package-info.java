/**
 * Products with their prices, stock, and the holds that orders take on it.
 *
 * <p>Owns products, stock levels, reservations and the history of stock movements, in a database of its own.
 *
 * <p>Answers {@code product.find}, {@code product.get}, {@code product.add}, {@code product.change},
 * {@code inventory.stock}, {@code inventory.move}, {@code inventory.movements}, {@code inventory.reserve},
 * {@code inventory.release}, {@code inventory.feed} and {@code inventory.recent}; see
 * {@link io.trolleybus.model.InventoryMessages}.
 *
 * <p>Publishes {@code ProductAdded}, {@code PriceChanged}, {@code ProductDescribed}, {@code StockReserved},
 * {@code StockReleased}, {@code StockSold}, {@code StockMoved} and {@code StockRanLow}.
 *
 * <p>Follows the feed of {@code order}: what is confirmed is allocated, what is shipped is sold, what has ended
 * otherwise is released. Calls {@code order.get} about holds that are past their time.
 *
 * <p>What must hold whatever happens: 0 ≤ reserved ≤ on hand; what is reserved is the sum of what reservations that are
 * held or allocated have open; what is on hand is the sum of its movements.
 */
@NullMarked
package io.trolleybus.inventory;

import org.jspecify.annotations.NullMarked;
