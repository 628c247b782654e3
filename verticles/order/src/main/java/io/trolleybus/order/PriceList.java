package io.trolleybus.order;

import io.trolleybus.chassis.Json;
import io.trolleybus.journal.Subscription;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.Money;
import io.trolleybus.order.domain.Pricing.Price;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The replica of inventory's price list, from its feed, with the prices asked for lately kept at hand. What is at hand
 * is dropped whenever the feed has moved, by this process or another, so it is never older than the replica. For one
 * event loop.
 */
final class PriceList implements Subscription.Projection {
    private static final int MAX_AT_HAND = 100_000;

    static final String NAME = "price-list";
    static final Set<String> TYPES = Set.of("ProductAdded", "PriceChanged", "ProductDescribed");

    private static final String FIND = "select sku, name, amount, currency from price where sku = any ($1)";

    private static final String UPSERT = """
            insert into price (sku, name, amount, currency)
            select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
            on conflict (sku) do update
              set name = excluded.name, amount = excluded.amount, currency = excluded.currency
            """;

    private static final String CLEAR = "delete from price";

    private final SqlClient client;
    private final Map<String, Price> atHand = new HashMap<>();
    private int generation;

    PriceList(SqlClient client) {
        this.client = client;
    }

    /** What this service reads of inventory's events, whatever else they say. */
    private record PriceNews(String sku, String name, Money price) {}

    /** The prices of the SKUs that are known. */
    Future<Map<String, Price>> of(List<String> skus) {
        Map<String, Price> found = new HashMap<>();
        List<String> missing = new ArrayList<>();
        for (String sku : skus) {
            Price price = atHand.get(sku);
            if (price == null) {
                missing.add(sku);
            } else {
                found.put(sku, price);
            }
        }
        return missing.isEmpty() ? Future.succeededFuture(found) : load(missing, found);
    }

    private Future<Map<String, Price>> load(List<String> missing, Map<String, Price> found) {
        int asOf = generation;
        return client.preparedQuery(FIND)
                .execute(Tuple.tuple().addValue(missing.toArray(String[]::new)))
                .map(rows -> {
                    for (Row row : rows) {
                        var price = new Price(row.getString(1), new Money(row.getLong(2), row.getString(3)));
                        found.put(row.getString(0), price);
                        // What was read before the feed moved may be old by now.
                        if (asOf == generation && atHand.size() < MAX_AT_HAND) {
                            atHand.put(row.getString(0), price);
                        }
                    }
                    return found;
                });
    }

    @Override
    public void moved() {
        generation++;
        atHand.clear();
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
