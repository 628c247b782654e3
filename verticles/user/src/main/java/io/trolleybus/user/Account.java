package io.trolleybus.user;

import io.trolleybus.model.UserMessages.User;
import java.util.UUID;

/**
 * A user as kept.
 *
 * @param passwordHash in the PHC string format, which names algorithm and cost
 * @param messageId the message that made it
 * @param version how many events its stream has
 */
record Account(User user, String passwordHash, UUID messageId, int version) {
    /** The hash of no password: it is checked as slowly as any other, and nothing matches it. */
    static final String NO_PASSWORD =
            "$argon2id$v=19$m=19456,t=2,p=1" + "$rZ2cVFq0s8yEJzZmT0hN3A$7J3mY1m0m7b7eB1qD8Z2X5w4mQk9V6cP0tR5sU8yLxE";

    /** Whether another issuer vouches for the user, who cannot log in with us. */
    boolean isExternal() {
        return passwordHash.equals(NO_PASSWORD);
    }

    /** Without the hash, so that it can be logged. */
    @Override
    public String toString() {
        return "account " + user.id();
    }
}
