package io.trolleybus.launcher;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Gives a running cluster what a development platform has, and ends. */
@Command(
        name = "seed-development",
        description = "Gives a running cluster the development operator, whose password is public, and a catalogue.",
        mixinStandardHelpOptions = true)
final class SeedCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private RunOptions run;

    @Override
    public Integer call() throws Exception {
        new Errand(run).run("seed", node -> new DevelopmentSeed(node)
                .sow()
                .map(sown -> "Added the development operator and catalogue"));
        return 0;
    }
}
