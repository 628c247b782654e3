package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

class MigrationsTest {
    private static final List<String> OLD = List.of("io/trolleybus/testkit/migrations");
    private static final List<String> NEW =
            List.of("io/trolleybus/testkit/migrations", "io/trolleybus/testkit/nextmigrations");
    private static final String COLUMNS = "select count(*) from information_schema.columns where table_name = 'note'";

    @Test
    void aNewReleaseAddsItsMigrationsInWhateverHundred() {
        TestDatabase database = TestDatabase.create("upgraded", OLD);
        long before = database.number(COLUMNS);

        Futures.await(Migrations.run(database.settings(), NEW));

        assertThat(database.number(COLUMNS)).isEqualTo(before + 1);
    }

    @Test
    void anOldReleaseStartsOnTheSchemaOfANewOneAndLeavesItAsItIs() {
        TestDatabase database = TestDatabase.create("rolledback", NEW);
        long before = database.number(COLUMNS);

        Futures.await(Migrations.run(database.settings(), OLD));

        assertThat(database.number(COLUMNS)).isEqualTo(before);
    }
}
