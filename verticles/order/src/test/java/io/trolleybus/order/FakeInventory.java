package io.trolleybus.order;

import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.Meters;
import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.EventTypes;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.Held;
import io.trolleybus.model.InventoryMessages.ReleaseStock;
import io.trolleybus.model.InventoryMessages.Released;
import io.trolleybus.model.InventoryMessages.ReserveStock;
import io.trolleybus.model.Money;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Has stock without end and a price list with a real feed; keeps to the contract, tombstones included. */
final class FakeInventory {
    private static final List<String> MIGRATIONS = List.of("io/trolleybus/journal/migrations");
    /** Tests that run after each other share the feed; each adds its products anew. */
    private static final ThreadLocal<TestDatabase> DATABASE =
            ThreadLocal.withInitial(() -> TestDatabase.create(InventoryMessages.SERVICE, MIGRATIONS));

    private static final Trace TRACE = Trace.root(new Random(1), false);

    private sealed interface Event {}

    private record ProductAdded(String sku, String name, Money price) implements Event {}

    private record PriceChanged(String sku, String name, Money price) implements Event {}

    private static final EventTypes<Event> TYPES =
            new EventTypes<Event>().add("ProductAdded", ProductAdded.class).add("PriceChanged", PriceChanged.class);

    final FakeEndpoint<ReserveStock> reserve = new FakeEndpoint<>();
    final FakeEndpoint<ReleaseStock> release = new FakeEndpoint<>();
    final Set<UUID> held = ConcurrentHashMap.newKeySet();
    final Set<UUID> released = ConcurrentHashMap.newKeySet();
    private final Journal<Event> journal;
    private final TestService service;

    FakeInventory(TestPlatform platform) {
        journal = new Journal<>(
                InventoryMessages.SERVICE, TYPES, platform.vertx().eventBus(), new Meters(platform.meters(), 1));
        Service started = this::start;
        service = platform.deploy(
                TestPlatform.module(InventoryMessages.SERVICE, MIGRATIONS, () -> started), Map.of(), DATABASE.get());
    }

    private Future<?> start(ServiceContext context) {
        context.endpoints()
                .serve(
                        InventoryMessages.RESERVE,
                        ReserveStock.class,
                        (call, command) -> reserve.receive(call, command, () -> hold(command.reservationId())))
                .serve(
                        InventoryMessages.RELEASE,
                        ReleaseStock.class,
                        (call, command) -> release.receive(call, command, () -> release(command.reservationId())));
        journal.serveFeed(context.endpoints(), context.database().reads());
        return Future.succeededFuture();
    }

    private Reply<Held> hold(UUID reservation) {
        if (released.contains(reservation)) {
            return Reply.refused(Refusals.RELEASED, "it was released before");
        }
        held.add(reservation);
        return Reply.done(new Held(reservation));
    }

    private Reply<Released> release(UUID reservation) {
        released.add(reservation);
        held.remove(reservation);
        return Reply.done(new Released(reservation));
    }

    /** Adds a product, which others find in the feed; nobody is nudged. */
    void add(String sku, String name, Money price) {
        append(new ProductAdded(sku, name, price));
    }

    void changePrice(String sku, String name, Money price) {
        append(new PriceChanged(sku, name, price));
    }

    private void append(Event event) {
        var append = new Append<>(UUID.randomUUID(), 0, List.of(event), TRACE);
        // The first connection of a test may take longer than a service would wait for it.
        await().untilAsserted(() -> Futures.await(
                service.onLoop(context -> context.database().transaction(tx -> journal.append(tx, List.of(append))))));
    }
}
