package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The PostgreSQL server on a data directory, and what may befall it. */
final class PostgresServer {

    private static final long RESTART_LIMIT_SECONDS = 60;

    private final Path dataDir;

    PostgresServer(Path dataDir) {
        this.dataDir = dataDir;
    }

    /** Stops every process of it where it is. @return their pids, to be woken */
    List<Long> freeze() {
        ProcessHandle postmaster = Postmaster.of(dataDir).orElseThrow();
        List<Long> pids = new ArrayList<>(List.of(postmaster.pid()));
        // First of all the one that begets the others.
        Signals.freeze(pids);
        List<Long> children = postmaster.children().map(ProcessHandle::pid).toList();
        Signals.freeze(children);
        pids.addAll(children);
        return pids;
    }

    /** Ends it as a crash would and starts it again; returns when it lets clients in. */
    void restartImmediately() {
        List<String> command = new ArrayList<>();
        // The server refuses to run as root, and so it is started as the launcher starts it.
        if (ownerIsRoot()) {
            command.addAll(List.of("unshare", "-U"));
        }
        Path postgres = dataDir.resolve("postgres");
        command.addAll(List.of(
                program("pg_ctl").toString(),
                "restart",
                "--pgdata=" + postgres.resolve("data"),
                "--log=" + postgres.resolve("postgres.log"),
                "--mode=immediate",
                "--wait"));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(
                            Redirect.appendTo(postgres.resolve("restart.log").toFile()))
                    .start();
            assertThat(process.waitFor(RESTART_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("exit code of %s", command).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + command, e);
        }
    }

    private boolean ownerIsRoot() {
        try {
            return Files.getOwner(dataDir).getName().equals("root");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path program(String name) {
        try (Stream<Path> versions = Files.list(dataDir.resolve("binaries"))) {
            return versions.map(version -> version.resolve("bin").resolve(name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
