package io.trolleybus.provider;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Group commit over the {@link LedgerFile}: what arrives while one group is being forced to disk makes up the next.
 *
 * <p>At rest a group is one entry and waits for nobody. After a failed write nothing more is accepted, since what the
 * disk holds is unknown until the file is read again. Confined to the event loop that opened it; the file itself is
 * touched by one worker thread only.
 */
final class Ledger {
    private static final Logger LOG = LogManager.getLogger(Ledger.class);
    static final int MAX_WAITING_ENTRIES = 10_000;

    private final WorkerExecutor disk;
    private final LedgerFile file;
    private List<LedgerEntry> waiting = new ArrayList<>();
    private Promise<Void> waitingForced = Promise.promise();
    private Future<Void> lastForced = Future.succeededFuture();

    private Ledger(WorkerExecutor disk, LedgerFile file) {
        this.disk = disk;
        this.file = file;
    }

    /** Completes when every stored entry has been handed to {@code replay}; fails when the file cannot be believed. */
    static Future<Ledger> open(Vertx vertx, Path directory, Consumer<LedgerEntry> replay) {
        // Named by its directory, since two providers in one process must not share a thread.
        WorkerExecutor disk = vertx.createSharedWorkerExecutor("provider-ledger-" + directory, 1);
        return disk.executeBlocking(() -> LedgerFile.open(directory, replay))
                .map(file -> new Ledger(disk, file))
                .onFailure(failure -> disk.close());
    }

    /** Whether another entry is taken now: false when too many wait, and for good after a failed write. */
    boolean accepts() {
        return waiting.size() < MAX_WAITING_ENTRIES && !lastForced.failed();
    }

    /** Completes when the entry is on disk. */
    Future<Void> append(LedgerEntry entry) {
        if (lastForced.failed()) {
            return lastForced;
        }
        waiting.add(entry);
        Future<Void> forced = waitingForced.future();
        if (lastForced.isComplete()) {
            forceWaiting();
        }
        return forced;
    }

    /** Completes when everything appended so far is on disk, so that an answer may rest on it. */
    Future<Void> settled() {
        return waiting.isEmpty() ? lastForced : waitingForced.future();
    }

    Future<Void> close() {
        return settled()
                .eventually(() -> disk.executeBlocking(() -> {
                    file.close();
                    return null;
                }))
                .eventually(disk::close);
    }

    private void forceWaiting() {
        List<LedgerEntry> group = waiting;
        Promise<Void> groupForced = waitingForced;
        waiting = new ArrayList<>();
        waitingForced = Promise.promise();
        lastForced = groupForced.future();
        disk.<Void>executeBlocking(() -> {
                    file.append(group);
                    return null;
                })
                .onComplete(result -> forced(groupForced, result));
    }

    private void forced(Promise<Void> groupForced, AsyncResult<Void> result) {
        if (result.failed()) {
            LOG.error("The ledger cannot be written; nothing more is accepted until a restart", result.cause());
            groupForced.fail(result.cause());
            waitingForced.fail(result.cause());
            return;
        }
        // The next group starts before this one is answered, so the disk does not wait for the answers.
        if (!waiting.isEmpty()) {
            forceWaiting();
        }
        groupForced.complete();
    }
}
