package io.trolleybus.user;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Appended;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.EmailAddress;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.user.domain.UserEvent;
import io.trolleybus.user.domain.UserEvent.UserRegistered;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The accounts and their SQL. For one event loop. */
final class Accounts {
    private static final String INSERT = """
            insert into account (id, email, name, roles, password_hash, message_id, created_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict do nothing
            returning id
            """;

    private static final String FIND = """
            select id, email, name, roles, created_at, disabled, password_hash, message_id, version
            from account where id = $1
            """;

    private static final String FIND_BY_EMAIL = """
            select id, email, name, roles, created_at, disabled, password_hash, message_id, version
            from account where lower(email) = $1
            """;

    private static final String LOCK = """
            select id, email, name, roles, created_at, disabled, password_hash, message_id, version
            from account where id = $1 for update
            """;

    /** Whoever takes an operator away holds this, so that two do not take the last two at the same time. */
    private static final String LOCK_OPERATORS = "select pg_advisory_xact_lock(hashtext('operators'))";

    private static final String OTHERS_OPERATE = """
            select exists (select from account where 'operator' = any (roles) and not disabled and id <> $1)
            """;

    private static final String RENAME = "update account set name = $2, version = version + 1 where id = $1";

    private static final String SET_PASSWORD = """
            update account set password_hash = $2, version = version + 1 where id = $1
            """;

    private static final String SET_ROLES = """
            update account set roles = $2 where id = $1 and roles is distinct from $2
            """;

    private static final String SET_DISABLED = """
            update account set disabled = $2, version = version + 1 where id = $1
            """;

    /** Its sessions and their tokens go with it. */
    private static final String DELETE = "delete from account where id = $1";

    private static final String MAKE_OPERATOR = """
            update account set roles = array_append(roles, $2) where id = $1 and not $2 = any (roles)
            """;

    private final Database database;
    private final Journal<UserEvent> journal;

    Accounts(Database database, Journal<UserEvent> journal) {
        this.database = database;
        this.journal = journal;
    }

    /** Adds an account and its event. @return whether it was added; false if its email address has one already */
    Future<Boolean> add(Account account, Trace trace) {
        var registered = new UserRegistered(account.user().id());
        var append = new Append<UserEvent>(registered.userId(), 0, List.of(registered), trace);
        return database.transaction(tx -> insert(tx, account)
                        .compose(inserted -> inserted
                                ? journal.append(tx, List.of(append)).map(Optional::of)
                                : Future.succeededFuture(Optional.<Appended>empty())))
                .map(appended -> {
                    appended.ifPresent(journal::nudge);
                    return appended.isPresent();
                });
    }

    /** @return whether it was inserted; false if there is one of that id or email address */
    static Future<Boolean> insert(SqlConnection tx, Account account) {
        User user = account.user();
        Tuple columns = Tuple.tuple()
                .addUUID(user.id())
                .addString(user.email())
                .addString(user.name())
                .addValue(user.roles().toArray(String[]::new))
                .addString(account.passwordHash())
                .addUUID(account.messageId())
                .addOffsetDateTime(user.createdAt().atOffset(ZoneOffset.UTC));
        return tx.preparedQuery(INSERT).execute(columns).map(rows -> rows.rowCount() == 1);
    }

    Future<Optional<Account>> find(UUID id) {
        return database.reads().preparedQuery(FIND).execute(Tuple.of(id)).map(Accounts::only);
    }

    /** After a change: the user as it is now, or the refusal of the change. */
    Future<Reply<User>> asItIs(UUID id, Reply<Done> changed) {
        return changed.fold(
                done -> find(id).map(found ->
                        found.map(account -> Reply.done(account.user())).orElseGet(AccountChanges::notFound)),
                refusal -> Future.succeededFuture(Reply.refused(refusal)));
    }

    Future<Optional<Account>> findByEmail(String email) {
        Tuple wanted = Tuple.of(EmailAddress.comparable(email));
        return database.reads().preparedQuery(FIND_BY_EMAIL).execute(wanted).map(Accounts::only);
    }

    /** The account as it stands now and stays until the transaction ends; empty if there is none. */
    static Future<Optional<Account>> lock(SqlConnection tx, UUID id) {
        return tx.preparedQuery(LOCK).execute(Tuple.of(id)).map(Accounts::only);
    }

    /** Waits until nobody else takes an operator away. To be called after {@link #lock}, never before. */
    static Future<?> lockOperators(SqlConnection tx) {
        return tx.query(LOCK_OPERATORS).execute();
    }

    /** Whether there is an operator beside this user who is not disabled. */
    static Future<Boolean> othersOperate(SqlConnection tx, UUID id) {
        return tx.preparedQuery(OTHERS_OPERATE)
                .execute(Tuple.of(id))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    static Future<Optional<Account>> find(SqlConnection tx, UUID id) {
        return tx.preparedQuery(FIND).execute(Tuple.of(id)).map(Accounts::only);
    }

    static Future<?> rename(SqlConnection tx, UUID id, String name) {
        return tx.preparedQuery(RENAME).execute(Tuple.of(id, name));
    }

    static Future<?> setPassword(SqlConnection tx, UUID id, String passwordHash) {
        return tx.preparedQuery(SET_PASSWORD).execute(Tuple.of(id, passwordHash));
    }

    static Future<?> setRoles(SqlConnection tx, UUID id, List<String> roles) {
        return tx.preparedQuery(SET_ROLES).execute(Tuple.of(id).addValue(roles.toArray(String[]::new)));
    }

    static Future<?> setDisabled(SqlConnection tx, UUID id, boolean disabled) {
        return tx.preparedQuery(SET_DISABLED).execute(Tuple.of(id, disabled));
    }

    static Future<?> delete(SqlConnection tx, UUID id) {
        return tx.preparedQuery(DELETE).execute(Tuple.of(id));
    }

    /** Gives an account the operator's role, if it does not have it. */
    Future<Void> makeOperator(UUID id) {
        return database.reads()
                .preparedQuery(MAKE_OPERATOR)
                .execute(Tuple.of(id, Principal.OPERATOR))
                .mapEmpty();
    }

    private static Optional<Account> only(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(account(rows.iterator().next()));
    }

    private static Account account(Row row) {
        var user = new User(
                row.getUUID(0),
                row.getString(1),
                row.getString(2),
                List.of(row.getArrayOfStrings(3)),
                row.getOffsetDateTime(4).toInstant(),
                row.getBoolean(5));
        return new Account(user, row.getString(6), row.getUUID(7), row.getInteger(8));
    }
}
