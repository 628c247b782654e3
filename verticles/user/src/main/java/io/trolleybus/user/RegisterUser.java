package io.trolleybus.user;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.EnsureOperator;
import io.trolleybus.model.UserMessages.Register;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.user.domain.Registration;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/** Makes users: customers by themselves, operators at the word of the launcher. */
final class RegisterUser {
    private static final Principal LAUNCHER = Principal.service("launcher");

    private final Accounts accounts;
    private final PasswordHasher hasher;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final boolean development;
    private final TraceLog log = new TraceLog(RegisterUser.class, UserMessages.SERVICE);

    /** @param development whether there may be an operator whose password is public */
    RegisterUser(
            Accounts accounts, PasswordHasher hasher, InstantSource clock, Supplier<UUID> ids, boolean development) {
        this.accounts = accounts;
        this.hasher = hasher;
        this.clock = clock;
        this.ids = ids;
        this.development = development;
    }

    Future<Reply<User>> register(Call call, Register command) {
        var registration = new Registration(command.email(), command.password(), command.name());
        return register(call, registration, List.of(Principal.CUSTOMER));
    }

    /** Leaves the password of an account that exists as it is: it may have been changed for good reason. */
    Future<Reply<User>> ensureOperator(Call call, EnsureOperator command) {
        if (!call.principal().equals(LAUNCHER)) {
            return Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only the launcher may make operators"));
        }
        if (!development && DevelopmentOperator.isAt(command.email())) {
            return Future.succeededFuture(
                    Reply.refused(Refusals.FORBIDDEN, "this platform is not for development (node.development)"));
        }
        String password = command.password();
        var registration = new Registration(
                command.email(),
                Objects.requireNonNullElse(password, ""),
                Objects.requireNonNullElse(command.name(), ""));
        return accounts.findByEmail(registration.email()).compose(found -> {
            if (found.isPresent()) {
                boolean mayBeAnybodys = Boolean.TRUE.equals(command.onlyNew())
                        && !found.get().messageId().equals(call.id());
                return mayBeAnybodys
                        ? Future.succeededFuture(emailTaken())
                        : promote(found.get().user());
            }
            return password == null
                    ? Future.succeededFuture(Reply.refused(Refusals.NOT_FOUND, "the email address has no account"))
                    : register(call, registration, List.of(Principal.CUSTOMER, Principal.OPERATOR));
        });
    }

    private static Reply<User> emailTaken() {
        return Reply.refused(Refusals.EMAIL_TAKEN, "the email address has an account already");
    }

    private Future<Reply<User>> promote(User user) {
        return accounts.makeOperator(user.id())
                .compose(done -> accounts.find(user.id()))
                .map(found -> Reply.done(found.orElseThrow().user()));
    }

    private Future<Reply<User>> register(Call call, Registration registration, List<String> roles) {
        return registration
                .objection()
                .map(refusal -> Future.succeededFuture(Reply.<User>refused(refusal)))
                .orElseGet(() -> hasher.hash(registration.password())
                        .map(hash -> account(call, registration, roles, hash))
                        .compose(account -> add(call, account)));
    }

    private Account account(Call call, Registration registration, List<String> roles, String hash) {
        // PostgreSQL keeps microseconds; cut here, so that the first answer equals every later one.
        var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var user = new User(ids.get(), registration.email(), registration.name(), roles, now, false);
        return new Account(user, hash, call.id(), 1);
    }

    /** That the address has an account is no refusal if this very message made it. */
    private Future<Reply<User>> add(Call call, Account account) {
        return accounts.add(account, call.trace())
                .compose(added -> added
                        ? Future.succeededFuture(registered(call, account.user()))
                        : accounts.findByEmail(account.user().email()).map(found -> found.filter(
                                        other -> other.messageId().equals(call.id()))
                                .map(other -> Reply.done(other.user()))
                                .orElseGet(RegisterUser::emailTaken)));
    }

    private Reply<User> registered(Call call, User user) {
        log.story(call.trace(), "user.id", user.id(), "account opened");
        return Reply.done(user);
    }
}
