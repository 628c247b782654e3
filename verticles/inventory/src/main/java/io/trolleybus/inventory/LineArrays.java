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
        return lines.stream().map(line -> Integer.toString(line.quantity())).collect(Collectors.joining(",", "{", "}"));
    }
}
