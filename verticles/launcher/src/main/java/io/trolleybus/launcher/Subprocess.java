package io.trolleybus.launcher;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's programs, which refuse to run as root.
 *
 * <p>For root they run in a user namespace of their own ({@code unshare -U}), in which they see themselves as nobody,
 * while their files stay root's. Blocks.
 */
final class Subprocess {
    private static final long LIMIT_SECONDS = 120;
    private static final long ROOT_UID = 0;

    private final Path workingDirectory;

    Subprocess(Path workingDirectory) {
        this.workingDirectory = workingDirectory;
    }

    record Result(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }

        String lastLine() {
            List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
            return lines.isEmpty() ? "no output" : lines.get(lines.size() - 1).strip();
        }
    }

    Result run(String... command) {
        List<String> whole = new ArrayList<>();
        if (new UnixSystem().getUid() == ROOT_UID && isLinux()) {
            whole.addAll(List.of("unshare", "-U"));
        }
        whole.addAll(List.of(command));
        try {
            // A file, not a pipe: a started server inherits it, and a pipe would then never come to its end.
            Path output = Files.createTempFile(workingDirectory, "command", ".out");
            try {
                return run(whole, output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException failure) {
            throw new StartupFailure("cannot run " + command[0] + ": " + failure.getMessage(), failure);
        }
    }

    private Result run(List<String> command, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // A stranger's PGDATA, PGPORT or locale must not steer our server.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return new Result(process.exitValue(), Files.readString(output));
            }
            process.destroyForcibly();
            throw new StartupFailure(command + " took longer than " + LIMIT_SECONDS + " s");
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new StartupFailure("interrupted during " + command, interrupted);
        }
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").startsWith("Linux");
    }
}
