package io.trolleybus.launcher;

import io.trolleybus.chassis.StartRefused;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program: {@code java -jar trolleybus.jar [all-in-one] [options]}. */
@Command(
        name = "trolleybus",
        description = "An order platform of microservices on one event bus. Without a command: all-in-one.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            AllInOneCommand.class,
            NodeCommand.class,
            BackingServicesCommand.class,
            AddOperatorCommand.class,
            SeedCommand.class
        })
public final class Main {
    private static final int EXIT_FAILURE = 1;
    private static final int EXIT_USAGE = 2;

    private Main() {}

    /** Exits with 0 only when nothing was to be run; 1 when the start failed, 2 for a wrong command line. */
    public static void main(String[] arguments) {
        // Takes as long as reading the command line does, which needs no log.
        RootLogger.configureMeanwhile();
        CommandLine commandLine = new CommandLine(new Main())
                .setExecutionExceptionHandler(Main::explain)
                .setParameterExceptionHandler(Main::explainArguments);
        // Exiting also stops what a failed start left running, by its shutdown hook.
        System.exit(commandLine.execute(withDefaultCommand(arguments)));
    }

    private static String[] withDefaultCommand(String[] arguments) {
        boolean optionsOnly = arguments.length == 0
                || (arguments[0].startsWith("-")
                        && !Stream.of("-h", "--help", "-V", "--version")
                                .toList()
                                .contains(arguments[0]));
        return optionsOnly
                ? Stream.concat(Stream.of(AllInOneCommand.NAME), Stream.of(arguments))
                        .toArray(String[]::new)
                : arguments;
    }

    private static int explain(Exception failure, CommandLine commandLine, ParseResult parsed) {
        if (failure instanceof StartupFailure || failure instanceof StartRefused) {
            commandLine.getErr().println("trolleybus: " + failure.getMessage());
        } else {
            failure.printStackTrace(commandLine.getErr());
        }
        return EXIT_FAILURE;
    }

    private static int explainArguments(ParameterException wrong, String[] arguments) {
        wrong.getCommandLine().getErr().println("trolleybus: " + wrong.getMessage() + "; --help lists what there is");
        return EXIT_USAGE;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            BuildInfo build = BuildInfo.read();
            return new String[] {"Trolleybus " + build.version(), "PostgreSQL " + build.postgresVersion()};
        }
    }
}
