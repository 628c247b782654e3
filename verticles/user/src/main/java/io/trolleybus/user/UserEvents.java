package io.trolleybus.user;

import io.trolleybus.journal.EventTypes;
import io.trolleybus.user.domain.UserEvent;
import io.trolleybus.user.domain.UserEvent.UserRegistered;

/** The names under which this service's events are stored; they never change. */
final class UserEvents {
    static final EventTypes<UserEvent> TYPES = new EventTypes<UserEvent>().add("UserRegistered", UserRegistered.class);

    private UserEvents() {}
}
