package io.trolleybus.verification;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that share one platform and leave it running. They may ask for the {@link Platform}, for the {@link Shop}
 * in it, and for the {@link OutsideService} that its gateways were told of.
 */
@Tag("platform")
@ExtendWith(SharedPlatform.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface OnPlatform {}
