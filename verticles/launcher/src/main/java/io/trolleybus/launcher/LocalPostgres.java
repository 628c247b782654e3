package io.trolleybus.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The PostgreSQL server of an all-in-one process, on 127.0.0.1, with its data in the data directory.
 *
 * <p>It is driven by its own {@code initdb} and {@code pg_ctl}; the zonky library only brings the binaries. That
 * library's runner starts a server for tests: without fsync, without passwords, and attached to whoever has the port.
 *
 * <p>{@code pg_ctl} makes the server the leader of a session of its own. So a Ctrl-C reaches the JVM alone, which stops
 * PostgreSQL when nobody needs it any more, and a server outlives a JVM that was killed; the next start takes it over.
 * All methods block.
 */
public final class LocalPostgres implements PostgresServer, AutoCloseable {
    private static final long READY_LIMIT_MS = 60_000;
    private static final long POLL_MS = 50;
    private static final int START_ATTEMPTS = 20;
    private static final long START_RETRY_MS = 500;
    private static final long MAX_LOG_BYTES = 10 * 1024 * 1024;
    private static final String STILL_IN_USE = "pre-existing shared memory block";

    private final PgDataFolder pgData;
    private final Path log;
    private final PostgresBinaries binaries;
    private final Subprocess processes;
    private final Secrets secrets;
    private final Consumer<String> progress;
    private int port;

    private LocalPostgres(DataDirectory data, PostgresBinaries binaries, Consumer<String> progress) {
        this.pgData = new PgDataFolder(data.postgres().resolve("data"));
        this.log = data.postgres().resolve("postgres.log");
        this.binaries = binaries;
        this.processes = new Subprocess(data.postgres());
        this.secrets = data.secrets();
        this.progress = progress;
    }

    /**
     * Starts the server, or takes over the one that already runs on this data.
     *
     * @param version of the binaries in the jar
     * @param progress is given a line for each step that takes time
     * @throws StartupFailure when the port is a stranger's, or the server is not ours or not durable
     */
    public static LocalPostgres start(
            DataDirectory data, PostgresPort port, String version, Consumer<String> progress) {
        LocalPostgres postgres =
                new LocalPostgres(data, PostgresBinaries.unpack(data.binaries(), version, progress), progress);
        postgres.pgData.create(postgres.binaries, postgres.processes, postgres.secrets, progress);
        postgres.startOrTakeOver(port);
        try {
            postgres.requireOurs();
            Durability.require(postgres, name -> true);
        } catch (SQLException failure) {
            throw new StartupFailure("PostgreSQL does not let us in: " + failure.getMessage(), failure);
        }
        return postgres;
    }

    /** Stops a server that a killed process left behind on this data, if there is one. */
    public static void stopLeftBehind(DataDirectory data, String version) {
        LocalPostgres postgres =
                new LocalPostgres(data, PostgresBinaries.unpack(data.binaries(), version, line -> {}), line -> {});
        if (Postmaster.find(postgres.pgData.path()).isPresent()) {
            postgres.close();
        }
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public boolean isOursAlone() {
        return true;
    }

    /** Process id of the running server. */
    public long pid() {
        return Postmaster.find(pgData.path())
                .map(Postmaster::pid)
                .orElseThrow(() -> new IllegalStateException("PostgreSQL does not run"));
    }

    @Override
    public Connection superuser() throws SQLException {
        return superuser(PgDataFolder.SUPERUSER);
    }

    @Override
    public Connection superuser(String database) throws SQLException {
        return PgConnections.open(port, database, PgDataFolder.SUPERUSER, secrets.get(PgDataFolder.SUPERUSER));
    }

    /** Stops the server: open transactions are rolled back, what was committed is checkpointed. */
    @Override
    public void close() {
        Subprocess.Result result = processes.run(
                binaries.program("pg_ctl"),
                "stop",
                "--pgdata=" + pgData.path(),
                "--mode=fast",
                "--wait",
                "--timeout=60");
        if (!result.succeeded() && Postmaster.find(pgData.path()).isPresent()) {
            throw new StartupFailure("PostgreSQL does not stop: " + result.lastLine());
        }
    }

    private void startOrTakeOver(PostgresPort wanted) {
        Optional<Postmaster> running = untilReadyOrGone();
        if (running.isPresent() && wanted.explicit() && running.get().port() != wanted.number()) {
            progress.accept("Moving PostgreSQL from port " + running.get().port() + " to " + wanted.number());
            close();
            running = Optional.empty();
        }
        if (running.isPresent()) {
            port = running.get().port();
            progress.accept("Taking over PostgreSQL, which still runs on port " + port);
            return;
        }
        port = choose(wanted);
        pgData.configure(port);
        progress.accept("Starting PostgreSQL on port " + port);
        start();
    }

    private int choose(PostgresPort wanted) {
        if (PortOccupant.isFree(wanted.number())) {
            return wanted.number();
        }
        String occupant = PortOccupant.describe(wanted.number());
        if (wanted.explicit()) {
            throw new StartupFailure("port " + wanted.number() + " (postgres.port) is taken by " + occupant
                    + ", not by ours; free it or choose another port");
        }
        int free = PortOccupant.anyFreePort();
        progress.accept("Port " + wanted.number() + " is taken by " + occupant + "; using " + free + " for PostgreSQL");
        return free;
    }

    private void start() {
        keepLogSmall();
        for (int attempt = 1; ; attempt++) {
            long logStart = logSize();
            Subprocess.Result result = processes.run(
                    binaries.program("pg_ctl"),
                    "start",
                    "--pgdata=" + pgData.path(),
                    "--log=" + log,
                    "--wait",
                    "--timeout=60");
            if (result.succeeded()) {
                return;
            }
            String reason = fatalLine(logStart).orElse(result.lastLine());
            // After kill -9 of the server, what it had forked needs a moment to notice.
            if (!reason.contains(STILL_IN_USE) || attempt == START_ATTEMPTS) {
                throw new StartupFailure("PostgreSQL does not start: " + reason + " (see " + log + ")");
            }
            pause(START_RETRY_MS);
        }
    }

    /** A server that is recovering or stopping is given the time to end it. */
    private Optional<Postmaster> untilReadyOrGone() {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READY_LIMIT_MS);
        Optional<Postmaster> found = Postmaster.find(pgData.path());
        while (found.isPresent() && !found.get().ready()) {
            if (System.nanoTime() > deadlineNs) {
                throw new StartupFailure("PostgreSQL (process " + found.get().pid() + ") runs on " + pgData.path()
                        + " but has not become ready in " + READY_LIMIT_MS / 1000 + " s (see " + log + ")");
            }
            pause(POLL_MS);
            found = Postmaster.find(pgData.path());
        }
        return found;
    }

    private void requireOurs() throws SQLException {
        try (Connection connection = superuser()) {
            Path theirs = Path.of(Durability.show(connection, "data_directory"));
            if (!Files.isSameFile(theirs, pgData.path())) {
                throw new StartupFailure(
                        "the PostgreSQL on port " + port + " serves " + theirs + ", not " + pgData.path());
            }
        } catch (IOException failure) {
            throw new StartupFailure("the PostgreSQL on port " + port + " is not ours: " + failure, failure);
        }
    }

    private void keepLogSmall() {
        try {
            if (logSize() > MAX_LOG_BYTES) {
                Files.move(log, log.resolveSibling("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException failure) {
            throw new StartupFailure("cannot write " + log + ": " + failure, failure);
        }
    }

    private long logSize() {
        return log.toFile().length();
    }

    private Optional<String> fatalLine(long fromByte) {
        try {
            byte[] bytes = Files.readAllBytes(log);
            int from = (int) Math.min(fromByte, bytes.length);
            String written = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
            return written.lines()
                    .filter(line -> line.contains("FATAL:") || line.contains("could not bind"))
                    .map(line -> line.replaceFirst("^.*?(FATAL|LOG): +", ""))
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static void pause(long ms) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
    }
}
