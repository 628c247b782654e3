package io.trolleybus.user;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.DisableUser;
import io.trolleybus.model.UserMessages.EnableUser;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.user.domain.AccountRules;
import io.trolleybus.user.domain.Verdict;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps users out, and lets them in again, at the word of an operator. */
final class DisableAccount {
    private final Accounts accounts;
    private final AccountChanges changes;
    private final InstantSource clock;
    private final TraceLog log = new TraceLog(DisableAccount.class, UserMessages.SERVICE);

    private interface Rule {
        /** @param by the operator, null if erased */
        Verdict judge(User user, @Nullable User by);
    }

    DisableAccount(Accounts accounts, AccountChanges changes, InstantSource clock) {
        this.accounts = accounts;
        this.changes = changes;
        this.clock = clock;
    }

    Future<Reply<User>> disable(Call call, DisableUser command) {
        return change(call, command.userId(), AccountRules::disable, this::keepOut);
    }

    Future<Reply<User>> enable(Call call, EnableUser command) {
        return change(
                call, command.userId(), AccountRules::enable, (tx, userId) -> Accounts.setDisabled(tx, userId, false));
    }

    private Future<Reply<User>> change(Call call, UUID id, Rule rule, AccountChanges.Write write) {
        UUID operatorId = call.principal().userId();
        if (operatorId == null || !call.principal().isOperator()) {
            return Future.succeededFuture(Reply.refused(AccountRules.notAnOperator()));
        }
        return changes.change(id, call.trace(), (tx, account) -> judge(tx, account, operatorId, rule), write)
                .compose(changed -> accounts.asItIs(id, changed))
                .map(reply -> reply.map(user -> told(call, user)));
    }

    /** The operator is looked up, since an access token may have outlived the role or the account. */
    private static Future<Verdict> judge(SqlConnection tx, Account account, UUID operatorId, Rule rule) {
        return Accounts.lockOperators(tx)
                .compose(locked -> Accounts.find(tx, operatorId))
                .map(operator ->
                        rule.judge(account.user(), operator.map(Account::user).orElse(null)));
    }

    private Future<?> keepOut(SqlConnection tx, UUID userId) {
        return Accounts.setDisabled(tx, userId, true)
                .compose(set -> Sessions.revokeAll(tx, userId, null, clock.instant()));
    }

    private User told(Call call, User user) {
        log.story(call.trace(), "user.id", user.id(), user.disabled() ? "user is kept out" : "user is let in");
        return user;
    }
}
