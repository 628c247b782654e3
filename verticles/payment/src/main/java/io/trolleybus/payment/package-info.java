/**
 * The payment service: charges each payment once, gives parts of it back, undoes it whatever became of it, and
 * remembers all of that.
 *
 * <p>It owns the payments and the conversation with the payment provider, to whom it speaks HTTP. It answers
 * {@code payment.charge}, {@code payment.refund}, {@code payment.withdraw-refund}, {@code payment.void},
 * {@code payment.find} and {@code payment.recent}, publishes {@code PaymentProcessed}, {@code PaymentFailed},
 * {@code PaymentVoided}, {@code RefundRequested}, {@code RefundProcessed} and {@code RefundFailed} in
 * {@code payment.feed}, and calls no other service.
 *
 * <p>A charge is recorded before the provider is asked, and its outcome after. Whoever dies in between leaves a payment
 * that is not settled; the next who gets the same command asks the provider what it knows before charging again. So it
 * is with a refund, whose request is an event: from then on what it takes is no longer there for another, and whoever
 * finds it open has it decided first. Every outcome is written under the condition that the payment's version is still
 * the one it was decided on, so that several instances may handle the same command at once and one of them records it.
 */
@NullMarked
package io.trolleybus.payment;

import org.jspecify.annotations.NullMarked;
