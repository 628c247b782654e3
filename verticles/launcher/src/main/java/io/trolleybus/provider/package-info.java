/**
 * The payment provider simulator: a bank with an HTTP server and a ledger of its own.
 *
 * <p>It stands outside the platform on purpose. It shares no type, bus or database with the services, so what its
 * ledger says can be held against what they say. It answers
 *
 * <ul>
 *   <li>{@code POST /charges}: captures or declines, once per {@code Idempotency-Key};
 *   <li>{@code POST /charges/{paymentId}/refunds}: refunds, once per {@code Idempotency-Key};
 *   <li>{@code POST /charges/{paymentId}/void}: promises that the payment never will be captured;
 *   <li>{@code POST /charges/{paymentId}/refunds/{refundId}/void}: promises that the refund never will be made;
 *   <li>{@code GET /charges/{paymentId}}, {@code GET /charges/{paymentId}/refunds/{refundId}} and {@code GET /ledger}:
 *       what really happened.
 * </ul>
 *
 * <p>Nothing is answered before it is on disk. What a token does is written in {@link io.trolleybus.provider.Token}.
 */
@NullMarked
package io.trolleybus.provider;

import org.jspecify.annotations.NullMarked;
