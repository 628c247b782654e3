/**
 * The payment service: charges each payment once, undoes it whatever became of it, and remembers both.
 *
 * <p>It owns the payments and the conversation with the payment provider, to whom it speaks HTTP. It answers
 * {@code payment.charge}, {@code payment.void} and {@code payment.find}, publishes {@code PaymentProcessed},
 * {@code PaymentFailed}, {@code PaymentVoided} and {@code RefundProcessed} in {@code payment.feed}, and calls no other
 * service.
 *
 * <p>A charge is recorded before the provider is asked, and its outcome after. Whoever dies in between leaves a payment
 * that is not settled; the next who gets the same command asks the provider what it knows before charging again. Every
 * outcome is written under the condition that the payment's version is still the one it was decided on, so that several
 * instances may handle the same command at once and one of them records it.
 */
@NullMarked
package io.trolleybus.payment;

import org.jspecify.annotations.NullMarked;
