package io.trolleybus.user;

import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Settings;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.AdmitUser;
import io.trolleybus.model.UserMessages.ChangePassword;
import io.trolleybus.model.UserMessages.DisableUser;
import io.trolleybus.model.UserMessages.EnableUser;
import io.trolleybus.model.UserMessages.EnsureOperator;
import io.trolleybus.model.UserMessages.EraseUser;
import io.trolleybus.model.UserMessages.ExportUser;
import io.trolleybus.model.UserMessages.FindRevokedSessions;
import io.trolleybus.model.UserMessages.GetKeys;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.Login;
import io.trolleybus.model.UserMessages.Logout;
import io.trolleybus.model.UserMessages.Refresh;
import io.trolleybus.model.UserMessages.Register;
import io.trolleybus.model.UserMessages.RenameUser;
import io.trolleybus.user.domain.UserEvent;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** What the service answers. */
final class UserService implements Service {
    private static final Logger LOG = LogManager.getLogger(UserService.class);
    private static final long PURGE_PERIOD_MS = Duration.ofHours(1).toMillis();

    private @Nullable PasswordHasher hasher;

    @Override
    public Future<?> start(ServiceContext context) {
        var random = new SecureRandom();
        var passwords = new PasswordHasher(context.vertx());
        hasher = passwords;
        var journal = new Journal<UserEvent>(
                context.service(), UserEvents.TYPES, context.vertx().eventBus(), context.meters());
        var accounts = new Accounts(context.database(), journal);
        boolean development = context.settings().isOn(UserModule.DEVELOPMENT);
        var registering = new RegisterUser(accounts, passwords, context.clock(), context.ids(), development);
        var sessions = new Sessions(context.database().reads());
        var changes = new AccountChanges(context.database(), journal);
        var own = new OwnAccount(
                accounts, changes, sessions, journal, context.database().reads(), context.clock());
        var passwordChange = new PasswordChange(accounts, changes, passwords, context.clock());
        var disabling = new DisableAccount(accounts, changes, context.clock());
        var keys = new SigningKeys(context.database(), context.clock(), keyRotation(context.settings()));
        context.endpoints()
                .serve(UserMessages.REGISTER, Register.class, registering::register)
                .serve(UserMessages.ENSURE_OPERATOR, EnsureOperator.class, registering::ensureOperator)
                .serve(
                        UserMessages.ADMIT,
                        AdmitUser.class,
                        new ExternalUsers(context.database(), journal, context.clock())::admit)
                .serve(UserMessages.GET, GetUser.class, new GetAccount(accounts)::get)
                .serve(UserMessages.RENAME, RenameUser.class, own::rename)
                .serve(UserMessages.CHANGE_PASSWORD, ChangePassword.class, passwordChange::change)
                .serve(UserMessages.EXPORT, ExportUser.class, own::export)
                .serve(UserMessages.ERASE, EraseUser.class, own::erase)
                .serve(UserMessages.DISABLE, DisableUser.class, disabling::disable)
                .serve(UserMessages.ENABLE, EnableUser.class, disabling::enable)
                .serve(UserMessages.KEYS, GetKeys.class, keys::published);
        journal.serveFeed(context.endpoints(), context.database().reads());
        context.vertx().setPeriodic(PURGE_PERIOD_MS, tick -> sessions.purge(
                        context.clock().instant())
                .onFailure(cause -> LOG.warn("cannot purge expired sessions; trying again later", cause)));
        Future<Void> safe =
                development ? Future.succeededFuture() : DevelopmentOperator.requireNone(accounts, passwords);
        return safe.compose(none -> keys.start(context.vertx())).map(started -> {
            var tokens = new AccessTokens(keys::current, context.clock(), context.ids());
            var logins = new LogIn(accounts, sessions, passwords, tokens, context.clock(), context.ids(), random);
            return context.endpoints()
                    .serve(UserMessages.LOGIN, Login.class, logins::logIn)
                    .serve(UserMessages.REFRESH, Refresh.class, logins::refresh)
                    .serve(UserMessages.LOGOUT, Logout.class, logins::logOut)
                    .serve(UserMessages.REVOKED_SESSIONS, FindRevokedSessions.class, logins::revoked);
        });
    }

    private static Duration keyRotation(Settings settings) {
        return Duration.ofHours(settings.numberOr(
                UserModule.KEY_ROTATION_HOURS,
                1,
                UserModule.MAX_KEY_ROTATION_HOURS,
                UserModule.DEFAULT_KEY_ROTATION_HOURS));
    }

    @Override
    public Future<?> stop() {
        return hasher == null ? Future.succeededFuture() : hasher.close();
    }
}
