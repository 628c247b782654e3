package io.trolleybus.user;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.AccountEvent;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.EraseUser;
import io.trolleybus.model.UserMessages.ExportUser;
import io.trolleybus.model.UserMessages.RenameUser;
import io.trolleybus.model.UserMessages.SessionTimes;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.model.UserMessages.UserExport;
import io.trolleybus.user.domain.AccountRules;
import io.trolleybus.user.domain.UserEvent;
import io.trolleybus.user.domain.Verdict;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** What users may do with their own accounts, but for the password. */
final class OwnAccount {
    private static final String USER_ID = "user.id";

    private final Accounts accounts;
    private final AccountChanges changes;
    private final Sessions sessions;
    private final Journal<UserEvent> journal;
    private final SqlClient reads;
    private final InstantSource clock;
    private final TraceLog log = new TraceLog(OwnAccount.class, UserMessages.SERVICE);

    OwnAccount(
            Accounts accounts,
            AccountChanges changes,
            Sessions sessions,
            Journal<UserEvent> journal,
            SqlClient reads,
            InstantSource clock) {
        this.accounts = accounts;
        this.changes = changes;
        this.sessions = sessions;
        this.journal = journal;
        this.reads = reads;
        this.clock = clock;
    }

    /** Goes on with the calling user's id; refuses whoever is no user. */
    static <R> Future<Reply<R>> ofCaller(Call call, Function<UUID, Future<Reply<R>>> work) {
        UUID id = call.principal().userId();
        return id == null
                ? Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only users have accounts"))
                : work.apply(id);
    }

    Future<Reply<User>> rename(Call call, RenameUser command) {
        String name = command.name().strip();
        return ofCaller(call, id -> changes.change(
                        id,
                        call.trace(),
                        (tx, account) -> Future.succeededFuture(AccountRules.rename(account.user(), name)),
                        (tx, userId) -> Accounts.rename(tx, userId, name))
                .compose(reply -> accounts.asItIs(id, reply)));
    }

    /** That there is no account any more is no refusal: it was erased before, and the answer got lost. */
    Future<Reply<Done>> erase(Call call, EraseUser command) {
        return ofCaller(call, id -> changes.change(id, call.trace(), OwnAccount::judgeErasure, this::erase)
                .map(reply -> reply.fold(
                        done -> erased(call, id),
                        refusal -> refusal.code().equals(Refusals.NOT_FOUND)
                                ? Reply.done(new Done())
                                : Reply.refused(refusal))));
    }

    private static Future<Verdict> judgeErasure(SqlConnection tx, Account account) {
        User user = account.user();
        return AccountRules.isOperator(user)
                ? Accounts.lockOperators(tx)
                        .compose(locked -> Accounts.othersOperate(tx, user.id()))
                        .map(others -> AccountRules.erase(user, others))
                : Future.succeededFuture(AccountRules.erase(user, true));
    }

    /** The sessions are revoked before they go, so that their access tokens end too. */
    private Future<?> erase(SqlConnection tx, UUID userId) {
        return Sessions.revokeAll(tx, userId, null, clock.instant()).compose(revoked -> Accounts.delete(tx, userId));
    }

    private Reply<Done> erased(Call call, UUID id) {
        log.story(call.trace(), USER_ID, id, "account erased");
        return Reply.done(new Done());
    }

    Future<Reply<UserExport>> export(Call call, ExportUser query) {
        return ofCaller(call, id -> {
            Future<List<SessionTimes>> times = sessions.times(id);
            Future<List<AccountEvent>> history = journal.read(reads, id).map(events -> events.stream()
                    .map(event -> new AccountEvent(event.type(), event.recordedAt()))
                    .toList());
            return Future.all(times, history).compose(read -> accounts.find(id)).map(found -> found.map(
                            account -> Reply.done(new UserExport(account.user(), times.result(), history.result())))
                    .orElseGet(AccountChanges::notFound));
        });
    }
}
