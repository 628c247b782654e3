package io.trolleybus.launcher;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that run something have in common. */
final class RunOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration in YAML.")
    private @Nullable Path config;

    /** What is started, and how; blocks until it is ready. */
    interface Start {
        void run(StopOrder stopOrder, Consumer<String> progress) throws Exception;
    }

    /** @param flags by configuration key; those that were not given are null */
    Configuration configuration(Map<String, @Nullable String> flags) {
        Map<String, String> given = new HashMap<>();
        flags.forEach((key, value) -> {
            if (value != null) {
                given.put(key, value);
            }
        });
        return Configuration.load(given, System.getenv(), config);
    }

    /** What a shell calls ~: the JVM's own idea of it comes from the user's account, whatever HOME says. */
    static Path home() {
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isBlank() ? System.getProperty("user.home") : home);
    }

    /** Starts, and returns never: the process is stopped by SIGTERM or Ctrl-C. */
    void untilStopped(Start start) throws Exception {
        StopOrder stopOrder = new StopOrder();
        Runtime.getRuntime().addShutdownHook(new Thread(stopOrder::close, "stop"));
        start.run(stopOrder, this::say);
        say("  Ready after      %.1f s; Ctrl-C stops it"
                .formatted(ManagementFactory.getRuntimeMXBean().getUptime() / 1e3));
        new CountDownLatch(1).await();
    }

    /** Starts what does something and ends. */
    void once(Start start) throws Exception {
        try (StopOrder stopOrder = new StopOrder()) {
            start.run(stopOrder, this::say);
        }
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
