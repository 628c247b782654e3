package io.trolleybus.model;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a message is sent: a user, or one of our services acting for itself.
 *
 * @param name {@code user:<id>}, {@code service:<name>} or {@code anonymous}
 * @param roles what the principal may do; empty for services and strangers
 */
public record Principal(String name, List<String> roles) {
    public static final String CUSTOMER = "customer";
    public static final String OPERATOR = "operator";
    public static final Principal ANONYMOUS = new Principal("anonymous", List.of());
    private static final String USER = "user:";
    private static final String SERVICE = "service:";

    public static Principal user(UUID id, List<String> roles) {
        return new Principal(USER + id, roles);
    }

    public static Principal service(String name) {
        return new Principal(SERVICE + name, List.of());
    }

    /** The user's id, or null if this is not a user. */
    public @Nullable UUID userId() {
        return name.startsWith(USER) ? UUID.fromString(name.substring(USER.length())) : null;
    }

    /** Whether one of our services acts for itself. */
    public boolean isService() {
        return name.startsWith(SERVICE);
    }

    public boolean isOperator() {
        return roles.contains(OPERATOR);
    }

    /** Whether this principal may see what belongs to the given user. */
    public boolean maySee(UUID owner) {
        return isOperator() || name.equals(USER + owner);
    }
}
