package io.trolleybus.launcher;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs what a cluster on a developer's machine leans on, until it is told to stop by SIGTERM or Ctrl-C. */
@Command(
        name = "backing-services",
        description = "Runs PostgreSQL, with a database for each service, and the payment provider simulator: what a"
                + " cluster on a developer's machine leans on.",
        mixinStandardHelpOptions = true)
final class BackingServicesCommand implements Callable<Integer> {
    private static final String NODE = "backing-services";

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private RunOptions run;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where all data lives (data.dir).")
    private @Nullable String dataDirectory;

    @Override
    public Integer call() throws Exception {
        Map<String, @Nullable String> flags = new HashMap<>();
        flags.put("data.dir", dataDirectory);
        BackingSettings settings = BackingSettings.from(run.configuration(flags), RunOptions.home());
        run.untilStopped((stopOrder, progress) -> {
            LogFields.nameNode(NODE);
            BackingServices backing =
                    BackingServices.start(settings, List.of(settings.provider()), false, stopOrder, progress);
            NodeRuntime runtime =
                    NodeRuntime.start(stopOrder, NODE, backing.data().secrets().get("bus"), null);
            backing.startProvider(runtime);
            progress.accept("");
            progress.accept("  Provider ledger  " + settings.provider().url() + "/ledger");
            progress.accept("  Data, passwords  " + backing.data().root());
        });
        return 0;
    }
}
