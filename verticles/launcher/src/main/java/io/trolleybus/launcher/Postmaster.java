package io.trolleybus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A running PostgreSQL server as its lock file {@code postmaster.pid} describes it.
 *
 * @param ready whether it accepts connections yet, and is not about to stop
 */
record Postmaster(long pid, int port, boolean ready) {
    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;

    /** The server that runs on this data directory; empty as well when only a dead one's lock file is left. */
    static Optional<Postmaster> find(Path pgData) {
        try {
            List<String> lines = Files.readAllLines(pgData.resolve("postmaster.pid"));
            if (lines.size() <= PORT_LINE) {
                return Optional.empty();
            }
            long pid = Long.parseLong(lines.get(PID_LINE).strip());
            int port = Integer.parseInt(lines.get(PORT_LINE).strip());
            boolean ready =
                    lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
            return isPostgres(pid) ? Optional.of(new Postmaster(pid, port, ready)) : Optional.empty();
        } catch (NoSuchFileException notRunning) {
            return Optional.empty();
        } catch (IOException | NumberFormatException unreadable) {
            throw new StartupFailure("cannot read postmaster.pid in " + pgData + ": " + unreadable, unreadable);
        }
    }

    /** The number may have gone to another program since, which must not be taken for a server. */
    private static boolean isPostgres(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .command()
                        .map(command -> command.contains("postgres"))
                        .orElse(true))
                .isPresent();
    }
}
