package io.trolleybus.user;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.ChangePassword;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.user.domain.AccountRules;
import io.trolleybus.user.domain.PasswordPolicy;
import io.trolleybus.user.domain.Registration;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** Gives users other passwords, and ends the sessions that were opened with the old one. */
final class PasswordChange {
    private final Accounts accounts;
    private final AccountChanges changes;
    private final PasswordHasher hasher;
    private final InstantSource clock;
    private final TraceLog log = new TraceLog(PasswordChange.class, UserMessages.SERVICE);

    PasswordChange(Accounts accounts, AccountChanges changes, PasswordHasher hasher, InstantSource clock) {
        this.accounts = accounts;
        this.changes = changes;
        this.hasher = hasher;
        this.clock = clock;
    }

    /** Of two at once the later is refused, since the password that it was checked against is another by then. */
    Future<Reply<Done>> change(Call call, ChangePassword command) {
        return OwnAccount.ofCaller(
                call, id -> accounts.find(id).compose(found -> found.map(account -> check(call, command, account))
                        .orElseGet(() -> Future.succeededFuture(AccountChanges.notFound()))));
    }

    /** Hashing is costly, so what can be refused without comes first. */
    private Future<Reply<Done>> check(Call call, ChangePassword command, Account account) {
        Optional<Refusal> weak = Registration.passwordObjection(
                command.newPassword(), account.user().email());
        if (weak.isPresent()) {
            return Future.succeededFuture(Reply.refused(weak.get()));
        }
        if (command.currentPassword().length() > PasswordPolicy.MAX_CHARS) {
            return Future.succeededFuture(Reply.refused(AccountRules.wrongPassword()));
        }
        return hasher.matches(command.currentPassword(), account.passwordHash())
                .compose(matches -> matches
                        ? replace(call, command, account)
                        : Future.succeededFuture(Reply.refused(AccountRules.wrongPassword())));
    }

    private Future<Reply<Done>> replace(Call call, ChangePassword command, Account checked) {
        UUID id = checked.user().id();
        return hasher.hash(command.newPassword()).compose(hash -> changes.change(
                        id,
                        call.trace(),
                        (tx, account) -> Future.succeededFuture(AccountRules.changePassword(
                                account.user(), account.passwordHash().equals(checked.passwordHash()))),
                        (tx, userId) -> Accounts.setPassword(tx, userId, hash)
                                .compose(set -> Sessions.revokeAll(tx, userId, command.sessionId(), clock.instant())))
                .onSuccess(reply -> log.story(call.trace(), "user.id", id, "change of password: {}", outcome(reply))));
    }

    private static String outcome(Reply<Done> reply) {
        return reply.fold(done -> "done", Refusal::code);
    }
}
