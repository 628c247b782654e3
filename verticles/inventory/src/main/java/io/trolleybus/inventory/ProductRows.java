package io.trolleybus.inventory;

import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.Money;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements on products, and on the stock that comes with a new one. */
final class ProductRows {
    private static final String INSERT = """
            insert into product (sku, id, name, description, price_amount, currency, version, created_at)
            select sku, id, name, description, price_amount, currency, 1, now()
            from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[])
                 as product (sku, id, name, description, price_amount, currency)
            on conflict (sku) do nothing
            returning id
            """;

    private static final String INSERT_STOCK = """
            insert into stock (sku, on_hand)
            select sku, on_hand from unnest($1::text[], $2::int[]) as stock (sku, on_hand)
            """;

    private static final String FIND_ALL = """
            select p.sku, p.name, p.description, p.price_amount, p.currency, s.on_hand - s.reserved, p.version,
                   p.created_at, p.id
            from product p join stock s on s.sku = p.sku
            where p.sku = any ($1::text[])
            """;

    /** Reads the product, and what there is of it, once nobody else is changing it. */
    private static final String LOCK = """
            select p.sku, p.name, p.description, p.price_amount, p.currency, s.on_hand - s.reserved, p.version,
                   p.created_at, p.id
            from product p join stock s on s.sku = p.sku
            where p.sku = $1
            for no key update of p
            """;

    private static final String UPDATE = """
            update product set name = $2, description = $3, price_amount = $4, currency = $5, version = $6
            where sku = $1
            """;

    private static final String PAGE = """
            select p.sku, p.name, p.description, p.price_amount, p.currency, s.on_hand - s.reserved, p.version,
                   p.created_at, p.id
            from product p join stock s on s.sku = p.sku
            where p.sku > $1 and ($2::text is null or p.sku ilike $2 or p.name ilike $2)
            order by p.sku limit $3
            """;

    /** A product with the id of its stream. */
    record Found(UUID id, Product product) {}

    private ProductRows() {}

    /** @return the ids of those whose SKU was free, the first of each SKU; the rest is not inserted */
    static Future<Set<UUID>> insert(SqlConnection tx, Map<UUID, AddProduct> products) {
        Collection<AddProduct> rows = products.values();
        var columns = Tuple.tuple()
                .addValue(rows.stream().map(AddProduct::sku).toArray(String[]::new))
                .addValue(products.keySet().toArray(UUID[]::new))
                .addValue(rows.stream().map(AddProduct::name).toArray(String[]::new))
                .addValue(rows.stream().map(AddProduct::description).toArray(String[]::new))
                .addValue(rows.stream().map(product -> product.price().amount()).toArray(Long[]::new))
                .addValue(
                        rows.stream().map(product -> product.price().currency()).toArray(String[]::new));
        return tx.preparedQuery(INSERT).execute(columns).map(inserted -> {
            var ids = new HashSet<UUID>();
            inserted.forEach(row -> ids.add(row.getUUID(0)));
            return ids;
        });
    }

    /** Puts the initial stock of new products on hand. */
    static Future<?> insertStock(SqlConnection tx, Collection<AddProduct> products) {
        if (products.isEmpty()) {
            return Future.succeededFuture();
        }
        var columns = Tuple.tuple()
                .addValue(products.stream().map(AddProduct::sku).toArray(String[]::new))
                .addValue(products.stream().map(AddProduct::initialStock).toArray(Integer[]::new));
        return tx.preparedQuery(INSERT_STOCK).execute(columns);
    }

    /** Those of the SKUs that there are, by SKU. */
    static Future<Map<String, Found>> findAll(SqlClient client, Collection<String> skus) {
        return client.preparedQuery(FIND_ALL)
                .execute(Tuple.tuple().addValue(skus.toArray(String[]::new)))
                .map(rows -> {
                    var found = new HashMap<String, Found>();
                    rows.forEach(row -> found.put(row.getString(0), new Found(row.getUUID(8), product(row))));
                    return found;
                });
    }

    /** Keeps others from changing it; empty if there is no such product. */
    static Future<Optional<Found>> lock(SqlConnection tx, String sku) {
        return tx.preparedQuery(LOCK).execute(Tuple.of(sku)).map(rows -> {
            for (Row row : rows) {
                return Optional.of(new Found(row.getUUID(8), product(row)));
            }
            return Optional.empty();
        });
    }

    /** Of a row that is locked already. */
    static Future<?> update(SqlConnection tx, Product product) {
        return tx.preparedQuery(UPDATE)
                .execute(Tuple.of(
                        product.sku(),
                        product.name(),
                        product.description(),
                        product.price().amount(),
                        product.price().currency(),
                        product.version()));
    }

    /**
     * In the order of their SKUs.
     *
     * @param after only those after this SKU
     * @param query what SKU or name must contain, whatever the case; null for all
     */
    static Future<List<Product>> page(SqlClient client, String after, @Nullable String query, int limit) {
        var parameters =
                Tuple.tuple().addString(after).addString(pattern(query)).addInteger(limit);
        return client.preparedQuery(PAGE).execute(parameters).map(rows -> {
            var products = new ArrayList<Product>();
            rows.forEach(row -> products.add(product(row)));
            return products;
        });
    }

    private static @Nullable String pattern(@Nullable String query) {
        if (query == null || query.isBlank()) {
            return null;
        }
        String literal = query.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
        return '%' + literal + '%';
    }

    private static Product product(Row row) {
        return new Product(
                row.getString(0),
                row.getString(1),
                row.getString(2),
                new Money(row.getLong(3), row.getString(4)),
                row.getInteger(5),
                row.getInteger(6),
                row.getOffsetDateTime(7).toInstant());
    }
}
