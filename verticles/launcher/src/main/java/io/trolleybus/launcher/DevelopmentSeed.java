package io.trolleybus.launcher;

import com.fasterxml.jackson.core.type.TypeReference;
import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.Principal;
import io.trolleybus.model.UserMessages;
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
    private static final String CALLER = "launcher";
    private static final long LIMIT_MS = 20_000;
    private static final TypeReference<List<AddProduct>> CATALOGUE = new TypeReference<>() {};

    private final Node node;
    private final GuardedClient client;

    /** For the event loop it is made on. */
    DevelopmentSeed(Node node) {
        this.node = node;
        this.client = node.client(CALLER);
    }

    Future<?> sow() {
        var operator =
                new EnsureOperator(DevelopmentOperator.EMAIL, DevelopmentOperator.PASSWORD, "Development operator");
        return client.callRepeatedly(
                        UserMessages.ENSURE_OPERATOR, call(Principal.service(CALLER)), operator, User.class)
                .compose(reply -> reply.fold(user -> sowProducts(user), refusal -> {
                    throw new StartupFailure("the development operator was refused: " + refusal.detail());
                }));
    }

    private Future<?> sowProducts(User operator) {
        Principal principal = Principal.user(operator.id(), operator.roles());
        return Future.all(catalogue().stream()
                .map(product ->
                        client.callRepeatedly(InventoryMessages.ADD_PRODUCT, call(principal), product, Product.class))
                .toList());
    }

    private Call call(Principal principal) {
        long deadlineMs = node.clock().millis() + LIMIT_MS;
        return new Call(node.ids().get(), deadlineMs, Trace.root(node.random(), false), principal);
    }

    private static List<AddProduct> catalogue() {
        try (InputStream in = DevelopmentSeed.class.getResourceAsStream("demo-catalogue.json")) {
            return Json.MAPPER.readValue(in, CATALOGUE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
