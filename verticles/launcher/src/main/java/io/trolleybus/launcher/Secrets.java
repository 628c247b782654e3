package io.trolleybus.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** Passwords of this data directory: made once, one per file, readable by their owner alone. */
final class Secrets {
    private static final int SECRET_BYTES = 24;

    private final Path directory;
    private final SecureRandom random = new SecureRandom();

    Secrets(Path directory) {
        this.directory = directory;
    }

    /** The secret of this name; letters, digits, '-' and '_' only. Created, and on disk, if it did not exist. */
    String get(String name) {
        Path file = file(name);
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            if (Files.exists(file)) {
                throw new StartupFailure("cannot read the secret " + file, unreadable);
            }
            return create(file);
        }
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    private String create(Path file) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(unfinished);
            try (FileChannel channel = FileChannel.open(
                    unfinished,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.write(StandardCharsets.UTF_8.encode(secret + "\n"));
                channel.force(true);
            }
            // Renamed when whole, so that a crash cannot leave half a password that a role was given.
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            return secret;
        } catch (IOException failure) {
            throw new StartupFailure("cannot write the secret " + file, failure);
        }
    }
}
