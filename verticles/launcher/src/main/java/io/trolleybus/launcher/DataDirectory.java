package io.trolleybus.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where an all-in-one process keeps everything it must not lose, owned by one process at a time.
 *
 * <pre>
 * trolleybus.data   says that this is such a directory, and carries the lock
 * binaries/         PostgreSQL's programs, unpacked
 * postgres/         its data and its log
 * provider/         the payment provider's ledger
 * secrets/          generated passwords
 * </pre>
 */
public final class DataDirectory implements AutoCloseable {
    private static final String MARK = "trolleybus.data";
    private static final String OWNER_ONLY = "rwx------";

    private final Path root;
    private final FileChannel lockChannel;

    private DataDirectory(Path root, FileChannel lockChannel) {
        this.root = root;
        this.lockChannel = lockChannel;
    }

    /**
     * Takes the directory for this process, creating it if it is missing.
     *
     * @throws StartupFailure when another process has it, or it holds something else, or cannot be written
     */
    public static DataDirectory open(Path path) {
        Path root = path.toAbsolutePath().normalize();
        try {
            createPrivate(root);
            refuseForeign(root);
            // Kept open for as long as the process lives: the system releases the lock even after kill -9.
            FileChannel channel = FileChannel.open(
                    root.resolve(MARK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                throw new StartupFailure("another Trolleybus is running on " + root
                        + "; stop it, or choose another directory with --data-dir");
            }
            DataDirectory data = new DataDirectory(root, channel);
            data.createFolders();
            return data;
        } catch (IOException failure) {
            throw new StartupFailure("cannot use the data directory " + root + ": " + failure, failure);
        }
    }

    /** Deletes everything but the mark that carries our lock. PostgreSQL must not run. */
    public void wipe() {
        try (Stream<Path> entries = Files.list(root)) {
            for (Path entry : entries.filter(e -> !e.endsWith(MARK)).toList()) {
                deleteTree(entry);
            }
            createFolders();
        } catch (IOException failure) {
            throw new StartupFailure("cannot wipe the data directory " + root + ": " + failure, failure);
        }
    }

    public Path root() {
        return root;
    }

    public Path binaries() {
        return root.resolve("binaries");
    }

    public Path postgres() {
        return root.resolve("postgres");
    }

    public Path provider() {
        return root.resolve("provider");
    }

    Secrets secrets() {
        return new Secrets(root.resolve("secrets"));
    }

    @Override
    public void close() {
        try {
            lockChannel.close();
        } catch (IOException failure) {
            throw new IllegalStateException("cannot release " + root, failure);
        }
    }

    /** Deletes a directory with what is in it, following no link; does nothing when it does not exist. */
    static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void createFolders() throws IOException {
        for (Path folder : List.of(binaries(), postgres(), provider(), root.resolve("secrets"))) {
            createPrivate(folder);
        }
    }

    private static void createPrivate(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        }
    }

    /** A directory that is neither empty nor ours is left alone, whatever we were told. */
    private static void refuseForeign(Path root) throws IOException {
        if (Files.exists(root.resolve(MARK))) {
            return;
        }
        try (Stream<Path> entries = Files.list(root)) {
            if (entries.findAny().isPresent()) {
                throw new StartupFailure(root + " is not a Trolleybus data directory and not empty");
            }
        }
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString(OWNER_ONLY));
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }
}
