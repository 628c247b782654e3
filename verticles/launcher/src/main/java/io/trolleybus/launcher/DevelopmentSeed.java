package io.trolleybus.launcher;

import com.fasterxml.jackson.core.type.TypeReference;
import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.Node;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.Principal;
import io.trolleybus.model.UserMessages.EnsureOperator;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.user.DevelopmentOperator;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What a development platform has from its first start: an operator and a catalogue. Adding them again changes nothing.
 */
final class DevelopmentSeed {
    private static final TypeReference<List<AddProduct>> CATALOGUE = new TypeReference<>() {};

    private final LauncherClient client;

    /** For the event loop it is made on. */
    DevelopmentSeed(Node node) {
        this.client = new LauncherClient(node);
    }

    Future<?> sow() {
        return client.ensureOperator(new EnsureOperator(
                        DevelopmentOperator.EMAIL, DevelopmentOperator.PASSWORD, "Development operator"))
                .compose(this::sowProducts);
    }

    private Future<?> sowProducts(User operator) {
        Principal principal = Principal.user(operator.id(), operator.roles());
        return Future.all(catalogue().stream()
                .map(product -> client.ask(InventoryMessages.ADD_PRODUCT, principal, product, Product.class))
                .toList());
    }

    private static List<AddProduct> catalogue() {
        try (InputStream in = DevelopmentSeed.class.getResourceAsStream("demo-catalogue.json")) {
            return Json.MAPPER.readValue(in, CATALOGUE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
