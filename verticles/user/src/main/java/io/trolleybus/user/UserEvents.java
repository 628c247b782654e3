package io.trolleybus.user;

import io.trolleybus.journal.EventTypes;
import io.trolleybus.user.domain.UserEvent;
import io.trolleybus.user.domain.UserEvent.PasswordChanged;
import io.trolleybus.user.domain.UserEvent.UserDisabled;
import io.trolleybus.user.domain.UserEvent.UserEnabled;
import io.trolleybus.user.domain.UserEvent.UserErased;
import io.trolleybus.user.domain.UserEvent.UserRegistered;
import io.trolleybus.user.domain.UserEvent.UserRenamed;

/** The names under which this service's events are stored; they never change. */
final class UserEvents {
    static final EventTypes<UserEvent> TYPES = new EventTypes<UserEvent>()
            .add("UserRegistered", UserRegistered.class)
            .add("UserRenamed", UserRenamed.class)
            .add("PasswordChanged", PasswordChanged.class)
            .add("UserDisabled", UserDisabled.class)
            .add("UserEnabled", UserEnabled.class)
            .add("UserErased", UserErased.class);

    private UserEvents() {}
}
