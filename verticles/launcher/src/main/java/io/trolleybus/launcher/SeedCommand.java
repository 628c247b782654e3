package io.trolleybus.launcher;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Gives a running cluster what a development platform has, and ends. */
@Command(
        name = "seed-development",
        description = "Gives a running cluster the development operator, whose password is public, and a catalogue.",
        mixinStandardHelpOptions = true)
final class SeedCommand implements Callable<Integer> {
    private static final String NODE = "seed";

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private RunOptions run;

    @Override
    public Integer call() throws Exception {
        NodeSettings.Member member = NodeSettings.Member.from(run.configuration(Map.of()));
        run.once((stopOrder, progress) -> {
            LogFields.nameNode(NODE);
            progress.accept("Joining the cluster " + member.cluster().name());
            NodeRuntime runtime = NodeRuntime.start(stopOrder, NODE, member.secret(), member.cluster());
            runtime.await(() -> new DevelopmentSeed(runtime.node()).sow());
            progress.accept("Added the development operator and catalogue");
        });
        return 0;
    }
}
