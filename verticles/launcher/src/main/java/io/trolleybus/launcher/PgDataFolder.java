package io.trolleybus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/** PostgreSQL's data on disk: made once, and its settings written anew at every start. */
final class PgDataFolder {
    static final String SUPERUSER = "postgres";
    private static final String SETTINGS_FILE = "trolleybus.conf";

    /**
     * An instance of a service has six connections ({@link Platform#CONNECTIONS} and two for reads), so that there may
     * be 32: the four of one process, or six on each of the five nodes with services of {@code scripts/cluster}.
     */
    private static final String SETTINGS = """
            # Written at every start.
            port = %d
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            cluster_name = 'trolleybus'
            password_encryption = 'scram-sha-256'
            max_connections = 200

            # An acknowledged order is never lost: a start is refused if any of these is off.
            fsync = on
            synchronous_commit = on
            full_page_writes = on

            # Few checkpoints, so that few whole pages are logged again after each.
            shared_buffers = '256MB'
            max_wal_size = '4GB'
            checkpoint_timeout = '15min'
            # These binaries are built without lz4, and pglz costs more processor time than the disk it saves.
            wal_compression = off
            # The statements are short: compiling one takes longer than running it.
            jit = off
            # The services have theirs planned by index whatever the statistics, which are for queries by hand.
            autovacuum_analyze_scale_factor = 0.5

            timezone = 'UTC'
            log_timezone = 'UTC'
            """;

    private static final String HOST_BASED_AUTHENTICATION = """
            # TYPE  DATABASE  USER  ADDRESS       METHOD
            host    all       all   127.0.0.1/32  scram-sha-256
            """;

    private final Path path;

    PgDataFolder(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Does nothing when the data is there already. */
    void create(PostgresBinaries binaries, Subprocess processes, Secrets secrets, Consumer<String> progress) {
        Path versionFile = path.resolve("PG_VERSION");
        try {
            if (!Files.exists(versionFile)) {
                progress.accept("Creating the database files in " + path);
                initialise(binaries, processes, secrets);
            }
            String version = Files.readString(versionFile).strip();
            if (!version.equals(Integer.toString(PostgresBinaries.MAJOR_VERSION))) {
                throw new StartupFailure(path + " was written by PostgreSQL " + version + ", but this build runs "
                        + PostgresBinaries.MAJOR_VERSION);
            }
        } catch (IOException failure) {
            throw new StartupFailure("cannot create the database files in " + path + ": " + failure, failure);
        }
    }

    void configure(int port) {
        try {
            Files.writeString(path.resolve(SETTINGS_FILE), SETTINGS.formatted(port));
            Files.writeString(path.resolve("pg_hba.conf"), HOST_BASED_AUTHENTICATION);
        } catch (IOException failure) {
            throw new StartupFailure("cannot write PostgreSQL's settings in " + path + ": " + failure, failure);
        }
    }

    private void initialise(PostgresBinaries binaries, Subprocess processes, Secrets secrets) throws IOException {
        // Made under another name and renamed when whole, so that a crash leaves nothing that looks finished.
        Path unfinished = path.resolveSibling(path.getFileName() + ".unfinished");
        DataDirectory.deleteTree(unfinished);
        secrets.get(SUPERUSER);
        Subprocess.Result result = processes.run(
                binaries.program("initdb"),
                "--pgdata=" + unfinished,
                "--username=" + SUPERUSER,
                "--pwfile=" + secrets.file(SUPERUSER),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--data-checksums");
        if (!result.succeeded()) {
            throw new StartupFailure("PostgreSQL's initdb failed: " + result.lastLine());
        }
        Path mainFile = unfinished.resolve("postgresql.conf");
        Files.writeString(mainFile, Files.readString(mainFile) + "\ninclude '" + SETTINGS_FILE + "'\n");
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    }
}
