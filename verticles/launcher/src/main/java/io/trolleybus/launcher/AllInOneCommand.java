package io.trolleybus.launcher;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the whole platform in this process, until it is told to stop by SIGTERM or Ctrl-C. */
@Command(
        name = AllInOneCommand.NAME,
        description = "Runs the whole platform in one process, with a PostgreSQL of its own.",
        mixinStandardHelpOptions = true)
final class AllInOneCommand implements Callable<Integer> {
    static final String NAME = "all-in-one";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandSpec spec;

    @Option(names = "--reset", description = "Wipe the data directory first.")
    private boolean reset;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration in YAML.")
    private @Nullable Path config;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where all data lives (data.dir).")
    private @Nullable String dataDirectory;

    @Option(names = "--http-port", paramLabel = "PORT", description = "Port of the public API (http.port).")
    private @Nullable String httpPort;

    @Override
    public Integer call() throws Exception {
        AllInOneSettings settings = AllInOneSettings.from(Configuration.load(flags(), System.getenv(), config), home());
        StopOrder stopOrder = new StopOrder();
        Runtime.getRuntime().addShutdownHook(new Thread(stopOrder::close, "stop"));
        Consumer<String> progress = line -> {
            spec.commandLine().getOut().println(line);
            spec.commandLine().getOut().flush();
        };
        long startedNs = System.nanoTime();
        new Composition(settings, stopOrder, progress).start(reset);
        progress.accept("  Ready after      %.1f s; Ctrl-C stops it".formatted((System.nanoTime() - startedNs) / 1e9));
        // The shutdown hook does the rest.
        new CountDownLatch(1).await();
        return 0;
    }

    /** What a shell calls ~: the JVM's own idea of it comes from the user's account, whatever HOME says. */
    private static Path home() {
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isBlank() ? System.getProperty("user.home") : home);
    }

    private Map<String, String> flags() {
        Map<String, String> flags = new HashMap<>();
        if (dataDirectory != null) {
            flags.put("data.dir", dataDirectory);
        }
        if (httpPort != null) {
            flags.put("http.port", httpPort);
        }
        return flags;
    }
}
