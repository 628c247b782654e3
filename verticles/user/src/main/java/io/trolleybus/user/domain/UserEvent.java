package io.trolleybus.user.domain;

import java.util.UUID;

/**
 * What happened to a user, and by whom. Events are kept for ever, so they carry ids and no personal data; the journal
 * knows the time.
 */
public sealed interface UserEvent {
    UUID userId();

    record UserRegistered(UUID userId) implements UserEvent {}

    /** @param by the user who did it, as in all that follow */
    record UserRenamed(UUID userId, UUID by) implements UserEvent {}

    record PasswordChanged(UUID userId, UUID by) implements UserEvent {}

    /** @param by an operator */
    record UserDisabled(UUID userId, UUID by) implements UserEvent {}

    /** @param by an operator */
    record UserEnabled(UUID userId, UUID by) implements UserEvent {}

    /** The last of its user; only the id is left. */
    record UserErased(UUID userId, UUID by) implements UserEvent {}
}
