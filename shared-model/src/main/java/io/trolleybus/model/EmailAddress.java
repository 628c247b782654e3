package io.trolleybus.model;

import java.util.Locale;

/** How email addresses are told apart. */
public final class EmailAddress {
    private EmailAddress() {}

    /** The form in which they are compared. */
    public static String comparable(String address) {
        return address.strip().toLowerCase(Locale.ROOT);
    }
}
