package io.trolleybus.user.domain;

import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a person gives to become a user.
 *
 * @param email as written, without space around it; two addresses that differ in case only are the same
 */
public record Registration(String email, String password, String name) {
    /** Source: RFC 5321, section 4.5.3.1.3, less the brackets. */
    public static final int MAX_EMAIL_CHARS = 254;

    public static final int MAX_NAME_CHARS = 200;

    /** One part, an @, and a domain of at least two labels; whether somebody reads it only a mail can tell. */
    private static final Pattern EMAIL =
            Pattern.compile("[^\\s@\\p{Cntrl}]{1,64}@[\\p{L}\\p{N}-]{1,63}(\\.[\\p{L}\\p{N}-]{1,63})+");

    public Registration {
        email = email.strip();
        name = name.strip();
    }

    /** Why this cannot be accepted; empty if it can. */
    public Optional<Refusal> objection() {
        if (!isEmail(email)) {
            return Optional.of(Refusal.of(Refusals.INVALID, "the email address is not one"));
        }
        return nameObjection(name).or(() -> passwordObjection(password, email));
    }

    /** Whether a person can register with that address. */
    public static boolean isEmail(String email) {
        return email.length() <= MAX_EMAIL_CHARS && EMAIL.matcher(email).matches();
    }

    /** @param name without space around it */
    static Optional<Refusal> nameObjection(String name) {
        return name.isEmpty() || name.length() > MAX_NAME_CHARS
                ? Optional.of(Refusal.of(Refusals.INVALID, "the name must have 1 to " + MAX_NAME_CHARS + " characters"))
                : Optional.empty();
    }

    /** Why somebody with that address cannot have that password; empty if nothing is wrong with it. */
    public static Optional<Refusal> passwordObjection(String password, String email) {
        return PasswordPolicy.objection(password, email).map(why -> Refusal.of(Refusals.WEAK_PASSWORD, why));
    }

    /** Without the password, and the person, so that it can be logged. */
    @Override
    public String toString() {
        return "Registration";
    }
}
