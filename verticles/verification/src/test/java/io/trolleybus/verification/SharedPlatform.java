package io.trolleybus.verification;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands out the one platform of a test run: started when a test first asks for it, ended after the last test. */
final class SharedPlatform implements ParameterResolver {

    /** Closed by JUnit's store. */
    private record Running(Platform platform, Shop shop) implements AutoCloseable {

        static Running begin() {
            Platform platform = Platform.ready("shared");
            return new Running(platform, Shop.at(platform));
        }

        @Override
        public void close() {
            platform.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Platform.class || type == Shop.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running running = context.getRoot()
                .getStore(Namespace.create(SharedPlatform.class))
                .getOrComputeIfAbsent(Running.class, key -> Running.begin(), Running.class);
        return parameter.getParameter().getType() == Shop.class ? running.shop() : running.platform();
    }
}
