import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A temporary folder for the data and the output of a platform. */
record Place(Path home) {
    private static final long POSTGRES_STOP_LIMIT_SECONDS = 20;
    private static final int LOG_LINES_SHOWN = 30;

    static Place fresh() throws IOException {
        return new Place(Files.createTempDirectory("trolleybus-bench-"));
    }

    Path dataDir() {
        return home.resolve("data");
    }

    Path log() {
        return home.resolve("log");
    }

    /** Where the orders' tokens are kept for wrk. */
    Path tokens() {
        return home.resolve("tokens");
    }

    /** Written by the launcher for whoever runs the platform, readable by its owner only. */
    String superuserPassword() throws IOException {
        return Files.readString(dataDir().resolve("secrets").resolve(Server.SUPERUSER)).trim();
    }

    String logTail() {
        try (Stream<String> lines = Files.lines(log())) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - LOG_LINES_SHOWN), all.size()));
        } catch (IOException | UncheckedIOException e) {
            return "(no log: " + e + ")";
        }
    }

    /** Call when the platform has ended: a PostgreSQL that it left behind is ended too, and the files are removed. */
    void clean() {
        postmaster().ifPresent(Place::end);
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.err.println("bench: could not remove " + home + ": " + e);
        }
    }

    /** The process that owns the cluster below our data directory, which no other run shares. */
    private Optional<ProcessHandle> postmaster() {
        try (Stream<Path> files = Files.walk(dataDir())) {
            Optional<Path> file =
                    files.filter(path -> path.endsWith("postmaster.pid")).findFirst();
            return file.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(
                            Long.parseLong(Files.readAllLines(file.get()).get(0).trim()));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static void end(ProcessHandle postmaster) {
        postmaster.destroy();
        try {
            postmaster.onExit().get(POSTGRES_STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            postmaster.destroyForcibly();
        }
    }
}
