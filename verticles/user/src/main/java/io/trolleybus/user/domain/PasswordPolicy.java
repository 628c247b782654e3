package io.trolleybus.user.domain;

import io.trolleybus.model.EmailAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which passwords are too easy to guess: length counts, kinds of characters do not. Source: NIST SP 800-63B, section
 * 5.1.1.2.
 */
public final class PasswordPolicy {
    public static final int MIN_CHARS = 10;
    /** Longer ones only cost time to hash. */
    public static final int MAX_CHARS = 128;

    private static final int MIN_DISTINCT_CHARS = 4;

    /** Of the passwords most often found in leaks, those that are long enough to pass, and their obvious kin. */
    private static final Set<String> COMMON = Set.of(
            "1234567890",
            "0123456789",
            "0987654321",
            "1q2w3e4r5t",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc",
            "qwertyuiop",
            "qwerty12345",
            "qwerty123456",
            "q1w2e3r4t5",
            "asdfghjkl1",
            "abcdefghij",
            "abcdefghijk",
            "password12",
            "password123",
            "password1234",
            "passwordpassword",
            "passw0rd123",
            "p@ssw0rd123",
            "iloveyou123",
            "letmein123",
            "welcome123",
            "administrator",
            "changeme123",
            "football123",
            "baseball123",
            "sunshine123",
            "princess123",
            "superman123",
            "trolleybus");

    private PasswordPolicy() {}

    /** A sentence that says what is wrong with the password; empty if nothing is. */
    public static Optional<String> objection(String password, String email) {
        String lower = password.toLowerCase(Locale.ROOT);
        if (password.length() < MIN_CHARS || password.length() > MAX_CHARS) {
            return Optional.of("a password must have " + MIN_CHARS + " to " + MAX_CHARS + " characters");
        }
        if (lower.contains(EmailAddress.comparable(email))) {
            return Optional.of("a password must not contain the email address");
        }
        if (COMMON.contains(lower) || password.chars().distinct().count() < MIN_DISTINCT_CHARS) {
            return Optional.of("that password is among the first that anybody would try");
        }
        return Optional.empty();
    }
}
