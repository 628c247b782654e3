package io.trolleybus.user;

import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.model.UserMessages;
import java.util.List;

/** Makes the user service known to a process. */
public final class UserModule implements ServiceModule {
    @Override
    public String name() {
        return UserMessages.SERVICE;
    }

    @Override
    public List<String> migrations() {
        return List.of("io/trolleybus/journal/migrations", "io/trolleybus/user/migrations");
    }

    @Override
    public Service create() {
        return new UserService();
    }
}
