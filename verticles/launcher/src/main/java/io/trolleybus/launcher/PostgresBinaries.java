package io.trolleybus.launcher;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs for this platform, unpacked once from the jar. */
final class PostgresBinaries {
    static final int MAJOR_VERSION = 18;
    private static final int READ_BUFFER_BYTES = 256 * 1024;
    private static final int OWNER_EXECUTES = 0100;

    private final Path home;

    private PostgresBinaries(Path home) {
        this.home = home;
    }

    /**
     * @param version of the binaries in the jar; another version is unpacked beside this one
     * @throws StartupFailure when the jar has none for this platform
     */
    static PostgresBinaries unpack(Path directory, String version, Consumer<String> progress) {
        Path home = directory.resolve("postgresql-" + version);
        if (!Files.isDirectory(home)) {
            progress.accept("Unpacking PostgreSQL " + version);
            Path unfinished = directory.resolve("postgresql-" + version + ".unfinished");
            try (InputStream archive = archiveOfThisPlatform()) {
                DataDirectory.deleteTree(unfinished);
                Files.createDirectories(unfinished);
                extract(archive, unfinished);
                // Renamed when whole, so that a crash while unpacking leaves nothing that looks finished.
                Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException failure) {
                throw new StartupFailure("cannot unpack PostgreSQL into " + directory + ": " + failure, failure);
            }
        }
        return new PostgresBinaries(home);
    }

    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    private static InputStream archiveOfThisPlatform() throws IOException {
        String system = System.getProperty("os.name");
        String machine = System.getProperty("os.arch");
        try {
            InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine);
            if (archive != null) {
                return archive;
            }
        } catch (IllegalStateException missing) {
            // Answered below, as when the resolver says nothing.
        }
        throw new StartupFailure("this build brings no PostgreSQL for " + system + " on " + machine
                + "; give each service a database with TROLLEYBUS_<SERVICE>_DATABASE_URL");
    }

    private static void extract(InputStream archive, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive, READ_BUFFER_BYTES)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                extract(tar, entry, target.resolve(entry.getName()).normalize());
            }
        }
    }

    private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
            boolean executable = (entry.getMode() & OWNER_EXECUTES) != 0;
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(executable ? "rwx------" : "rw-------"));
        }
    }
}
