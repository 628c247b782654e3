package io.trolleybus.inventory;

import io.trolleybus.model.InventoryMessages.StockLine;
import java.util.List;
import java.util.stream.Collectors;

/** The lines of one reservation as the text of two PostgreSQL arrays: an array of arrays would be flattened. */
final class LineArrays {
    static final String NONE = "{}";

    private LineArrays() {}

    /** The quotes keep a SKU called NULL a text. */
    static String skus(List<StockLine> lines) {
        return lines.stream().map(StockLine::sku).collect(Collectors.joining("\",\"", "{\"", "\"}"));
    }

    static String quantities(List<StockLine> lines) {
        return plain(lines.stream().map(StockLine::quantity).toList());
    }

    /** @param values whose text needs no quotes, such as numbers and ids */
    static String plain(List<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }
}
