package io.trolleybus.launcher;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the whole platform in this process, until it is told to stop by SIGTERM or Ctrl-C. */
@Command(
        name = AllInOneCommand.NAME,
        description = "Runs the whole platform in one process, with a PostgreSQL of its own.",
        mixinStandardHelpOptions = true)
final class AllInOneCommand implements Callable<Integer> {
    static final String NAME = "all-in-one";

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private RunOptions run;

    @Option(names = "--reset", description = "Wipe the data directory first.")
    private boolean reset;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where all data lives (data.dir).")
    private @Nullable String dataDirectory;

    @Option(names = "--http-port", paramLabel = "PORT", description = "Port of the public API (http.port).")
    private @Nullable String httpPort;

    @Override
    public Integer call() throws Exception {
        Map<String, @Nullable String> flags = new HashMap<>();
        flags.put("data.dir", dataDirectory);
        flags.put("http.port", httpPort);
        AllInOneSettings settings = AllInOneSettings.from(run.configuration(flags), RunOptions.home());
        run.untilStopped((stopOrder, progress) -> new AllInOne(settings, stopOrder, progress).start(reset));
        return 0;
    }
}
