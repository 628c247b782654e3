package io.trolleybus.user;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Appended;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.user.domain.UserEvent;
import io.trolleybus.user.domain.Verdict;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes one account at a time: its row is locked, the rules say what may be, and that is written together with its
 * event in one transaction. For one event loop.
 */
final class AccountChanges {
    private final Database database;
    private final Journal<UserEvent> journal;

    /** What the rules say to the account as it is locked; may look at others within the transaction. */
    interface Judge {
        Future<Verdict> judge(SqlConnection tx, Account account);
    }

    /** What is to be written beside the event. */
    interface Write {
        Future<?> write(SqlConnection tx, UUID userId);
    }

    /** @param appended null if nothing happened */
    private record Outcome(Reply<Done> reply, @Nullable Appended appended) {}

    AccountChanges(Database database, Journal<UserEvent> journal) {
        this.database = database;
        this.journal = journal;
    }

    /** Refused with {@code not-found} if there is no such account, or as the rules say; nothing is written then. */
    Future<Reply<Done>> change(UUID userId, Trace trace, Judge judge, Write write) {
        return database.transaction(
                        tx -> Accounts.lock(tx, userId).compose(found -> found.map(account -> judge.judge(tx, account)
                                        .compose(verdict -> carryOut(tx, account, trace, verdict, write)))
                                .orElseGet(() -> Future.succeededFuture(new Outcome(notFound(), null)))))
                .map(outcome -> {
                    if (outcome.appended != null) {
                        journal.nudge(outcome.appended);
                    }
                    return outcome.reply;
                });
    }

    private Future<Outcome> carryOut(SqlConnection tx, Account account, Trace trace, Verdict verdict, Write write) {
        Reply<Done> done = Reply.done(new Done());
        return verdict.fold(
                refusal -> Future.succeededFuture(new Outcome(Reply.refused(refusal), null)),
                Future.succeededFuture(new Outcome(done, null)),
                event -> write.write(tx, account.user().id())
                        .compose(written -> append(tx, account, event, trace))
                        .map(appended -> new Outcome(done, appended)));
    }

    private Future<Appended> append(SqlConnection tx, Account account, UserEvent event, Trace trace) {
        var append = new Append<UserEvent>(account.user().id(), account.version(), List.of(event), trace);
        return journal.append(tx, List.of(append))
                .compose(appended -> appended.accepted(append)
                        ? Future.succeededFuture(appended)
                        : Future.failedFuture(
                                new IllegalStateException(account + " has another version than its stream")));
    }

    static <T> Reply<T> notFound() {
        return Reply.refused(Refusals.NOT_FOUND, "there is no such user");
    }
}
