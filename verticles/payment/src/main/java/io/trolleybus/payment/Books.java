package io.trolleybus.payment;

import io.trolleybus.model.Money;
import org.jspecify.annotations.Nullable;

/**
 * What one side has written down of a payment; null for nothing.
 *
 * @param refunded how much of what was captured went back
 */
record Books(@Nullable Money captured, @Nullable Money refunded) {
    static final Books NOTHING = new Books(null, null);

    /** Nothing in whatever currency is nothing. */
    static String text(@Nullable Money amount) {
        return amount == null || amount.amount() == 0 ? "0" : amount.amount() + " " + amount.currency();
    }
}
