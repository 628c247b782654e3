package io.trolleybus.verification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The PostgreSQL server process of a data directory, found by the file it keeps there while it runs. */
final class Postmaster {

    private static final String PID_FILE = "postmaster.pid";
    private static final int SEARCH_DEPTH = 4;

    private Postmaster() {}

    /** The server that runs on the data directory, if one does. */
    static Optional<ProcessHandle> of(Path dataDir) {
        try (Stream<Path> found = Files.find(dataDir, SEARCH_DEPTH, (path, attributes) -> path.endsWith(PID_FILE))) {
            return found.findFirst().flatMap(Postmaster::process);
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static Optional<ProcessHandle> process(Path pidFile) {
        try (Stream<String> lines = Files.lines(pidFile)) {
            return lines.findFirst()
                    .map(String::strip)
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                    .filter(ProcessHandle::isAlive);
        } catch (IOException e) {
            // The server took its file away between the search and the look: it has stopped.
            return Optional.empty();
        }
    }
}
