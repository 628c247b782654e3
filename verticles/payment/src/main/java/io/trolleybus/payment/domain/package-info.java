/**
 * The rules of a payment, without bus, HTTP or SQL: which states it can be in, what its events do to it, what each
 * answer of the provider means, and what undoing it takes.
 */
@NullMarked
package io.trolleybus.payment.domain;

import org.jspecify.annotations.NullMarked;
