package io.trolleybus.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Swagger UI the build has put beside us: its files stand under its version. */
final class SwaggerUi {
    static final String VERSION = version();

    private SwaggerUi() {}

    private static String version() {
        try (InputStream in = SwaggerUi.class.getResourceAsStream("swagger-ui.properties")) {
            var properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read swagger-ui.properties", e);
        }
    }
}
