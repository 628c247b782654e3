package io.trolleybus.provider;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The ledger on disk: lines appended and forced, never changed. Every method blocks; one thread at a time.
 *
 * <p>A last line that is not whole was never answered for, and is cut off at start. Anything else that does not read is
 * a reason to stop: a bank that skips a line of its ledger has lost money.
 */
final class LedgerFile implements Closeable {
    private static final Logger LOG = LogManager.getLogger(LedgerFile.class);
    private static final String FILE_NAME = "ledger.jsonl";
    private static final int READ_BUFFER_BYTES = 256 * 1024;

    private final Path path;
    private final FileChannel channel;
    private long lastSequence;

    private LedgerFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens or creates the ledger, and hands over what it holds, oldest first.
     *
     * @throws LedgerCorrupt when a line other than the last does not read
     * @throws IOException when the directory cannot be used, or another process holds the ledger
     */
    static LedgerFile open(Path directory, Consumer<LedgerEntry> replay) throws IOException {
        Files.createDirectories(directory);
        Path path = directory.resolve(FILE_NAME);
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(path, channel);
            LedgerFile file = new LedgerFile(path, channel);
            file.replay(replay);
            forceDirectory(directory);
            return file;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** Appends one group and returns once it is on disk. */
    void append(List<LedgerEntry> entries) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(new LedgerLine(lastSequence + 1, entries).encode());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
        lastSequence++;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static void lock(Path path, FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            // Answered below, as when another process holds it.
        }
        throw new IOException("the ledger " + path + " is in use by another provider");
    }

    private void replay(Consumer<LedgerEntry> replay) throws IOException {
        long sizeBytes = channel.size();
        long offset = 0;
        // Not closed: closing the stream would close the channel that is appended to later.
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel.position(0)), READ_BUFFER_BYTES);
        for (byte[] line = readLine(in); line.length > 0; line = readLine(in)) {
            boolean isLast = offset + line.length == sizeBytes;
            try {
                accept(line, replay);
            } catch (IllegalArgumentException unreadable) {
                if (!isLast) {
                    throw corrupt(unreadable);
                }
                LOG.warn("Cutting a torn last line of {} bytes off {}", line.length, path);
                break;
            } catch (RuntimeException contradiction) {
                throw corrupt(contradiction);
            }
            offset += line.length;
        }
        channel.truncate(offset);
        channel.position(offset);
        channel.force(true);
    }

    private void accept(byte[] line, Consumer<LedgerEntry> replay) {
        if (line[line.length - 1] != '\n') {
            throw new IllegalArgumentException("no line feed");
        }
        LedgerLine decoded = LedgerLine.decode(Arrays.copyOf(line, line.length - 1));
        if (decoded.sequence() != lastSequence + 1) {
            throw new IllegalStateException(
                    "sequence is " + decoded.sequence() + " where " + (lastSequence + 1) + " is due");
        }
        decoded.entries().forEach(replay);
        lastSequence = decoded.sequence();
    }

    private LedgerCorrupt corrupt(RuntimeException why) {
        return new LedgerCorrupt(
                "the ledger " + path + " is corrupt in line " + (lastSequence + 1) + ": " + why.getMessage());
    }

    /** The next line with its line feed, if it has one; empty at the end of the file. */
    private static byte[] readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n') {
                break;
            }
        }
        return line.toByteArray();
    }

    /** So that a ledger which was just created is still there after a power failure. */
    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
