package io.trolleybus.user;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.trolleybus.chassis.BusyException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/**
 * Hashes passwords with Argon2id, on threads of its own, since one hash takes 100 ms and more. What waits is bounded:
 * further callers hear {@link BusyException} at once instead of an answer that comes too late.
 *
 * <p>Cost as recommended by OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. For one event loop.
 */
final class PasswordHasher {
    /** Hashes at the same time in one process, of all instances; each takes a core and {@link #MEMORY_KIB}. */
    static final int WORKERS = 2;
    /** Under way or waiting, of one instance: about a second of work. */
    static final int MAX_PENDING = 16;

    private static final String POOL = "passwords";
    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int HASH_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final Argon2Function ARGON2 =
            Argon2Function.getInstance(MEMORY_KIB, PASSES, LANES, HASH_BYTES, Argon2.ID);

    private final WorkerExecutor workers;
    private int pending;

    PasswordHasher(Vertx vertx) {
        this.workers = vertx.createSharedWorkerExecutor(POOL, WORKERS);
    }

    /** The hash with its salt and cost, in the PHC string format. */
    Future<String> hash(String password) {
        return work(() ->
                Password.hash(password).addRandomSalt(SALT_BYTES).with(ARGON2).getResult());
    }

    Future<Boolean> matches(String password, String hash) {
        return work(() -> Password.check(password, hash).with(Argon2Function.getInstanceFromHash(hash)));
    }

    Future<Void> close() {
        return workers.close();
    }

    private <T> Future<T> work(Callable<T> hashing) {
        if (pending >= MAX_PENDING) {
            return Future.failedFuture(new BusyException(MAX_PENDING + " passwords are being hashed"));
        }
        pending++;
        return workers.executeBlocking(hashing, false).onComplete(done -> pending--);
    }
}
