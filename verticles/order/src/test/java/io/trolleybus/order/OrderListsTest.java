package io.trolleybus.order;

import static io.trolleybus.order.Shop.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.Database;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What lists of many orders read. */
class OrderListsTest {
    private static final int ORDERS = 20_000;
    private static final int PAGE = 50;

    /** Of a page some index pages and two rows for each of its orders; of all orders it would be tens of thousands. */
    private static final int BLOCKS_AT_MOST = 20 * PAGE;

    private final Shop shop = Shop.open();
    private UUID only = UUID.randomUUID();
    private UUID old = UUID.randomUUID();

    /** Copies of one order, of which every thousandth is rejected; ids grow with their number, as in life. */
    @BeforeEach
    void copyAnOrder() {
        only = shop.placeAndWait().id();
        String copies = "overlay('01900000-0000-7000-8000-000000000000' placing lpad(to_hex(n), 8, '0') from 29)::uuid";
        String numbers = "generate_series(1, " + ORDERS + ") n";
        String status = "case when n % 1000 = 0 then 'REJECTED' else 'CONFIRMED' end";
        shop.database().execute("create table copied as select o.*, n from orders o, " + numbers);
        shop.database().execute("update copied set id = " + copies + ", status = " + status);
        shop.database().execute("alter table copied drop column n");
        shop.database().execute("insert into orders select * from copied");
        shop.database()
                .execute(
                        "insert into order_by_status select live, id, status from copied, projection p where p.name = ?",
                        OrderProjections.BY_STATUS);
        shop.database()
                .execute(
                        "insert into order_by_customer select live, user_id, id from copied, projection p where p.name = ?",
                        OrderProjections.BY_CUSTOMER);
        shop.database().execute("drop table copied");
        shop.database().execute("analyze");
        old = (UUID) shop.database().value("select id from orders order by id offset " + 2 * PAGE + " limit 1");
    }

    @AfterEach
    void close() {
        try (shop) {
            shop.database().execute("delete from orders where id <> ?", only);
            shop.database().execute("delete from order_by_status where order_id <> ?", only);
            shop.database().execute("delete from order_by_customer where order_id <> ?", only);
            shop.assertAllAgree();
        }
    }

    @Test
    void aPageOfTheOldestOrdersReadsNoMoreThanOneOfTheNewest() throws SQLException {
        String none = new UUID(-1, -1).toString();
        String ofAlice = "'" + ALICE.userId() + "', '%s', " + PAGE + ", null";

        assertThat(blocks(PAGE, OrderLists.IN_STATUS, "'CONFIRMED', '" + none + "', " + PAGE))
                .isLessThan(BLOCKS_AT_MOST);
        assertThat(blocks(PAGE, OrderLists.IN_STATUS, "'CONFIRMED', '" + old + "', " + PAGE))
                .isLessThan(BLOCKS_AT_MOST);
        assertThat(blocks(PAGE, OrderLists.OF_CUSTOMER, ofAlice.formatted(none)))
                .isLessThan(BLOCKS_AT_MOST);
        assertThat(blocks(PAGE, OrderLists.OF_CUSTOMER, ofAlice.formatted(old))).isLessThan(BLOCKS_AT_MOST);
    }

    @Test
    void aListOfAStatusThatFewOrdersHaveReadsOnlyThose() throws SQLException {
        assertThat(blocks(ORDERS / 1000, OrderLists.IN_STATUS, "'REJECTED', '" + new UUID(-1, -1) + "', " + PAGE))
                .isLessThan(BLOCKS_AT_MOST);
    }

    /** How many blocks the statement touches to find so many when it is planned as the service has it planned. */
    private int blocks(int rows, String sql, String parameters) throws SQLException {
        try (Connection connection = shop.database().connect();
                Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> each : Database.PLANNING.entrySet()) {
                statement.execute("set " + each.getKey() + " = '" + each.getValue() + "'");
            }
            statement.execute("prepare list as " + sql);
            try (ResultSet plan = statement.executeQuery(
                    "explain (analyze, buffers, format json) execute list(" + parameters + ")")) {
                assertThat(plan.next()).isTrue();
                JsonObject root =
                        new JsonArray(plan.getString(1)).getJsonObject(0).getJsonObject("Plan");
                assertThat(root.getInteger("Actual Rows"))
                        .as("orders in the list")
                        .isEqualTo(rows);
                return root.getInteger("Shared Hit Blocks") + root.getInteger("Shared Read Blocks");
            }
        }
    }
}
