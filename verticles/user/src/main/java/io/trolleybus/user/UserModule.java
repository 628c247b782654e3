package io.trolleybus.user;

import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.model.UserMessages;
import java.util.List;

/** Makes the user service known to a process. */
public final class UserModule implements ServiceModule {
    /** After so many hours a new key signs access tokens. */
    public static final String KEY_ROTATION_HOURS = "user.key-rotation-hours";

    /** Whether this platform is for development, where the operator whose password is public is let in. */
    public static final String DEVELOPMENT = "node.development";

    public static final int MAX_KEY_ROTATION_HOURS = 24 * 365;
    static final int DEFAULT_KEY_ROTATION_HOURS = 24 * 30;

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
