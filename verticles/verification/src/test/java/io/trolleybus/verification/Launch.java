package io.trolleybus.verification;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How the fat jar is to be started: where its data lives, on which ports, with what else in its environment. What it
 * writes is appended to two files beside the data directory, so that a log survives the process and its restarts.
 */
record Launch(Path dataDir, Ports ports, List<String> prefix, Map<String, String> environment, List<String> arguments) {

    /** The program under test. */
    static final Path JAR = Path.of(System.getProperty("trolleybus.jar", "verticles/launcher/target/trolleybus.jar"));

    private static final List<String> JVM_FLAGS = Arrays.stream(
                    System.getProperty("trolleybus.jvm.flags", "").split(" ", -1))
            .filter(flag -> !flag.isBlank())
            .toList();

    /** Often, so that nobody waits long for what two sweeps have to see. */
    static final String AUDIT_PERIOD_SECONDS = "3";

    /** How a launch ended that was not meant to serve. */
    record Exit(int code, String errors) {

        /** What stands on stderr, without what the JVM itself may say there. */
        List<String> errorLines() {
            return errors.lines()
                    .filter(line -> !line.isBlank())
                    .filter(line -> !line.contains(" VM warning: "))
                    .toList();
        }
    }

    static Launch on(Path dataDir) {
        return new Launch(dataDir, Ports.free(), List.of(), Map.of(), List.of());
    }

    Launch withPorts(Ports others) {
        return new Launch(dataDir, others, prefix, environment, arguments);
    }

    Launch with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new Launch(dataDir, ports, prefix, Map.copyOf(more), arguments);
    }

    Launch withArguments(String... others) {
        return new Launch(dataDir, ports, prefix, environment, List.of(others));
    }

    /** Has another command start the JVM, such as one that takes on another user first. */
    Launch startedBy(String... command) {
        return new Launch(dataDir, ports, List.of(command), environment, arguments);
    }

    Path outputFile() {
        return dataDir.resolveSibling(dataDir.getFileName() + ".out");
    }

    Path errorFile() {
        return dataDir.resolveSibling(dataDir.getFileName() + ".err");
    }

    Process begin() {
        if (!Files.isRegularFile(JAR)) {
            throw new IllegalStateException("no jar at " + JAR.toAbsolutePath() + ": package the launcher first");
        }
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.appendTo(outputFile().toFile()))
                .redirectError(Redirect.appendTo(errorFile().toFile()));
        Map<String, String> variables = builder.environment();
        variables.keySet().removeIf(name -> name.startsWith("TROLLEYBUS_") || name.endsWith("_OPTIONS"));
        variables.put("TROLLEYBUS_DATA_DIR", dataDir.toString());
        variables.put("TROLLEYBUS_HTTP_PORT", Integer.toString(ports.http()));
        variables.put("TROLLEYBUS_MANAGEMENT_PORT", Integer.toString(ports.management()));
        variables.put("TROLLEYBUS_PROVIDER_PORT", Integer.toString(ports.provider()));
        variables.put("TROLLEYBUS_POSTGRES_PORT", Integer.toString(ports.postgres()));
        variables.put("TROLLEYBUS_AUDIT_PERIOD_SECONDS", AUDIT_PERIOD_SECONDS);
        variables.putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** Starts the jar and waits for it to give up by itself, which it must do within the time. */
    Exit untilItEnds(Duration within) {
        Process process = begin();
        try {
            if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still running after " + within + ":\n" + written());
            }
            return new Exit(process.exitValue(), textOf(errorFile()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the jar was running", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** What the jar has said to people so far. */
    String output() {
        return textOf(outputFile());
    }

    /** Everything the jar has written so far, for the message of a failure. */
    String written() {
        return output() + textOf(errorFile());
    }

    private static String textOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "(nothing to read: " + e.getMessage() + ")";
        }
    }
}
