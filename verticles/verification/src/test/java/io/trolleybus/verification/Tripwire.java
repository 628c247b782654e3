package io.trolleybus.verification;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Kills a process at a write that is described to it, from inside the statement, and then fails that statement: the
 * process is gone before it can do anything else, and nothing of the transaction is ever committed. The program knows
 * nothing of it.
 *
 * @param condition on the row that is written, {@code new}
 */
record Tripwire(String service, String table, String condition) {

    /** The program reads what is copied to it before it strikes, so that the copy itself does not fail. */
    private static final String FUNCTION = """
            create or replace function kill_who_writes() returns trigger language plpgsql security definer as $kill$
            begin
              copy (select 1) to program 'cat > /dev/null; kill -9 %d';
              raise exception 'whoever wrote this was killed';
            end
            $kill$
            """;

    private static final String TRIGGER = """
            create trigger tripwire before insert or update on %s
            for each row when (%s) execute function kill_who_writes()
            """;

    private static final String REMOVE = "drop function if exists kill_who_writes() cascade";

    /** @param pid of a process that the server may send signals to, as one of the same user's */
    void set(Databases databases, long pid) {
        run(databases, FUNCTION.formatted(pid), TRIGGER.formatted(table, condition));
    }

    void remove(Databases databases) {
        run(databases, REMOVE);
    }

    private void run(Databases databases, String... statements) {
        try (Connection database = databases.asSuperuserIn(service);
                Statement statement = database.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("tripwire at " + this, e);
        }
    }
}
