package io.trolleybus.user.domain;

import java.util.UUID;

/** What happened to a user. Events are kept for ever, so they carry ids and no personal data. */
public sealed interface UserEvent {
    UUID userId();

    record UserRegistered(UUID userId) implements UserEvent {}
}
