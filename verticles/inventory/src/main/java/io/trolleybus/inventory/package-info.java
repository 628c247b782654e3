/**
 * Products with their prices, stock, and the holds that orders take on it.
 *
 * <p>Owns products, stock levels, reservations and the history of stock movements, in a database of its own.
 *
 * <p>Answers {@code product.find}, {@code product.get}, {@code product.add}, {@code inventory.stock},
 * {@code inventory.move}, {@code inventory.movements}, {@code inventory.reserve}, {@code inventory.release} and
 * {@code inventory.feed}; see {@link io.trolleybus.model.InventoryMessages}.
 *
 * <p>Publishes {@code ProductAdded}, {@code PriceChanged}, {@code StockReserved}, {@code StockReleased} and
 * {@code StockMoved}.
 *
 * <p>Follows the feed of {@code order}: what is confirmed is allocated, what has ended otherwise is released. Calls
 * {@code order.get} about holds that are past their time.
 *
 * <p>What must hold whatever happens: 0 ≤ reserved ≤ on hand, and what is reserved is the sum of the lines of all
 * reservations that are held or allocated.
 */
@NullMarked
package io.trolleybus.inventory;

import org.jspecify.annotations.NullMarked;
