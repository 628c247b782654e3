package io.trolleybus.user;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Appended;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.AdmitUser;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.user.domain.Registration;
import io.trolleybus.user.domain.UserEvent;
import io.trolleybus.user.domain.UserEvent.UserRegistered;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Users for whom another issuer vouches: they have accounts like others, but for a password. */
final class ExternalUsers {
    private static final Principal GATEWAY = Principal.service("gateway");

    /** No registration has such an address, and no mail goes there. */
    private static final String NO_EMAIL = "@invalid";

    private final Database database;
    private final Journal<UserEvent> journal;
    private final InstantSource clock;
    private final TraceLog log = new TraceLog(ExternalUsers.class, UserMessages.SERVICE);

    /** @param appended null if the account was there */
    private record Found(Account account, @Nullable Appended appended) {}

    private record Outcome(Reply<User> reply, @Nullable Appended appended) {}

    ExternalUsers(Database database, Journal<UserEvent> journal, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.clock = clock;
    }

    /** Once for each token and gateway; may be repeated. */
    Future<Reply<User>> admit(Call call, AdmitUser command) {
        if (!call.principal().equals(GATEWAY)) {
            return Future.succeededFuture(refused("only a gateway may let them in"));
        }
        return database.transaction(
                        tx -> findOrAdd(tx, call, command).compose(found -> found.map(there -> open(tx, command, there))
                                .orElseGet(() -> Future.succeededFuture(refusing("the account was erased")))))
                .map(outcome -> {
                    if (outcome.appended != null) {
                        journal.nudge(outcome.appended);
                        log.story(
                                call.trace(), "user.id", command.userId(), "account opened for another issuer's user");
                    }
                    return outcome.reply;
                });
    }

    /** Empty if there was one that was erased: its stream of events stays. */
    private Future<Optional<Found>> findOrAdd(SqlConnection tx, Call call, AdmitUser command) {
        return find(tx, command.userId())
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(found)
                        : journal.read(tx, command.userId())
                                // Another gateway may have added it between the two looks.
                                .compose(events ->
                                        events.isEmpty() ? add(tx, call, command) : find(tx, command.userId())));
    }

    private static Future<Optional<Found>> find(SqlConnection tx, UUID userId) {
        return Accounts.lock(tx, userId).map(found -> found.map(account -> new Found(account, null)));
    }

    /**
     * An address that has an account already is left to that: whoever can log in there has shown a password, and the
     * issuer's word is no proof of being the same person.
     */
    private Future<Optional<Found>> add(SqlConnection tx, Call call, AdmitUser command) {
        String email = command.email();
        Account anonymous = account(call, command, command.userId() + NO_EMAIL);
        return email != null && Registration.isEmail(email)
                ? add(tx, call, account(call, command, email))
                        .compose(added ->
                                added.isPresent() ? Future.succeededFuture(added) : addOrFind(tx, call, anonymous))
                : addOrFind(tx, call, anonymous);
    }

    /** Another gateway may have added it meanwhile. */
    private Future<Optional<Found>> addOrFind(SqlConnection tx, Call call, Account account) {
        return add(tx, call, account)
                .compose(added -> added.isPresent()
                        ? Future.succeededFuture(added)
                        : find(tx, account.user().id()));
    }

    private Future<Optional<Found>> add(SqlConnection tx, Call call, Account account) {
        var registered = new UserRegistered(account.user().id());
        var append = new Append<UserEvent>(registered.userId(), 0, List.of(registered), call.trace());
        return Accounts.insert(tx, account)
                .compose(inserted -> inserted
                        ? journal.append(tx, List.of(append)).map(appended -> Optional.of(new Found(account, appended)))
                        : Future.succeededFuture(Optional.empty()));
    }

    private Account account(Call call, AdmitUser command, String email) {
        var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var user = new User(command.userId(), email, command.name(), command.roles(), now, false);
        return new Account(user, Account.NO_PASSWORD, call.id(), 1);
    }

    private Future<Outcome> open(SqlConnection tx, AdmitUser command, Found found) {
        User user = found.account.user();
        if (!found.account.isExternal() || user.disabled()) {
            return Future.succeededFuture(refusing("the account is disabled"));
        }
        Instant now = clock.instant();
        Instant latest = now.plus(LogIn.IDLE_LIMIT);
        Instant end = command.expiresAt().isBefore(latest) ? command.expiresAt() : latest;
        return Accounts.setRoles(tx, user.id(), command.roles())
                .compose(set -> Sessions.admit(tx, command.sessionId(), user.id(), now, end))
                .map(open -> open
                        ? new Outcome(Reply.done(withRoles(user, command.roles())), found.appended)
                        : refusing("the session has ended"));
    }

    private static User withRoles(User user, List<String> roles) {
        return new User(user.id(), user.email(), user.name(), roles, user.createdAt(), user.disabled());
    }

    private static Outcome refusing(String why) {
        return new Outcome(refused(why), null);
    }

    private static Reply<User> refused(String why) {
        return Reply.refused(Refusals.FORBIDDEN, why);
    }
}
