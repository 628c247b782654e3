package io.trolleybus.order;

import io.trolleybus.chassis.Json;
import io.trolleybus.journal.Subscription;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.Money;
import io.trolleybus.order.domain.Pricing.Price;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The replica of inventory's price list, from its feed. */
final class Prices implements Subscription.Projection {
    static final String NAME = "price-list";
    static final Set<String> TYPES = Set.of("ProductAdded", "PriceChanged");

    private static final String FIND = "select sku, name, amount, currency from price where sku = any ($1)";

    private static final String UPSERT = """
            insert into price (sku, name, amount, currency)
            select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
            on conflict (sku) do update
              set name = excluded.name, amount = excluded.amount, currency = excluded.currency
            """;

    private static final String CLEAR = "delete from price";

    /** What this service reads of inventory's events, whatever else they say. */
    private record PriceNews(String sku, String name, Money price) {}

    /** The prices of the SKUs that are known. */
    static Future<Map<String, Price>> of(SqlClient client, Collection<String> skus) {
        if (skus.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return client.preparedQuery(FIND)
                .execute(Tuple.tuple().addValue(skus.toArray(String[]::new)))
                .map(rows -> {
                    var prices = new HashMap<String, Price>();
                    rows.forEach(row -> prices.put(
                            row.getString(0),
                            new Price(row.getString(1), new Money(row.getLong(2), row.getString(3)))));
                    return prices;
                });
    }

    @Override
    public Future<?> apply(SqlConnection tx, List<Entry> entries) {
        // Of several about one SKU the last counts, and a statement may touch a row only once.
        var latest = new LinkedHashMap<String, PriceNews>();
        entries.forEach(entry -> {
            PriceNews news = Json.read(entry.data(), PriceNews.class);
            latest.put(news.sku, news);
        });
        var news = latest.values();
        return tx.preparedQuery(UPSERT)
                .execute(Tuple.tuple()
                        .addValue(news.stream().map(PriceNews::sku).toArray(String[]::new))
                        .addValue(news.stream().map(PriceNews::name).toArray(String[]::new))
                        .addValue(news.stream().map(n -> n.price.amount()).toArray(Long[]::new))
                        .addValue(news.stream().map(n -> n.price.currency()).toArray(String[]::new)));
    }

    @Override
    public Future<?> clear(SqlConnection tx) {
        return tx.query(CLEAR).execute();
    }
}
