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
    /** Without the hash, so that it can be logged. */
    @Override
    public String toString() {
        return "account " + user.id();
    }
}
