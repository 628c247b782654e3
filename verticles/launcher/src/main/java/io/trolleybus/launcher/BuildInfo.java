package io.trolleybus.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What the build knew and the program needs: versions. */
record BuildInfo(String version, String postgresVersion) {
    static BuildInfo read() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new IllegalStateException("build.properties is missing from the jar");
            }
            properties.load(in);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return new BuildInfo(
                properties.getProperty("version", "unknown"), properties.getProperty("postgres.version", "unknown"));
    }
}
