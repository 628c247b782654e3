package io.trolleybus.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.inventory.OrderShipments.Shipment;
import io.trolleybus.inventory.domain.MovementKind;
import io.trolleybus.inventory.domain.Reservation;
import io.trolleybus.model.InventoryMessages.StockLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Whatever is received, held, released, confirmed and shipped, in whatever order and however often: no unit is lost or
 * invented, and the journal tells the same as the tables.
 */
class StockConservationPropertyTest {
    private static final List<String> SKUS = List.of("bell", "pole", "shoe");
    private static final int ORDERS = 4;
    private static final int SHIPMENTS = 3;

    /** What happens, with a name for the report of a sequence that fails. */
    private record Step(String name, boolean isFromTheFeed, Consumer<StockModel> action) {
        @Override
        public String toString() {
            return name;
        }
    }

    @Provide
    Arbitrary<List<Step>> history() {
        Arbitrary<Step> receive = Combinators.combine(Arbitraries.of(SKUS), units(8))
                .as((sku, quantity) ->
                        new Step("receive " + quantity + ' ' + sku, false, model -> model.receive(sku, quantity)));
        Arbitrary<Step> reserve = Combinators.combine(orders(), lines())
                .as((id, lines) -> new Step("reserve " + id + lines, false, model -> model.reserve(id, lines)));
        Arbitrary<Step> release = orders().map(id -> new Step("release " + id, false, model -> model.release(id)));
        Arbitrary<Step> confirm = orders().map(id -> new Step("confirm " + id, true, model -> model.confirm(id)));
        Arbitrary<Step> ship = shipments()
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(page -> new Step("ship " + page, true, model -> model.ship(page)));
        return Arbitraries.frequencyOf(
                        Tuple.of(2, receive),
                        Tuple.of(4, reserve),
                        Tuple.of(1, release),
                        Tuple.of(2, confirm),
                        Tuple.of(3, ship))
                .list()
                .ofMaxSize(40);
    }

    /** Few, so that events meet, come late and come again. */
    private static Arbitrary<UUID> orders() {
        return Arbitraries.longs().between(1, ORDERS).map(order -> new UUID(1, order));
    }

    /** A shipment that comes again is the same one. */
    private static Arbitrary<Shipment> shipments() {
        Arbitrary<Long> numbers = Arbitraries.longs().between(1, SHIPMENTS);
        return Combinators.combine(orders(), numbers, lines())
                .as((id, number, lines) ->
                        StockModel.shipment(id, new UUID(2, 10 * id.getLeastSignificantBits() + number), lines));
    }

    private static Arbitrary<List<StockLine>> lines() {
        return Arbitraries.maps(Arbitraries.of(SKUS), units(4))
                .ofMinSize(1)
                .ofMaxSize(SKUS.size())
                .map(StockConservationPropertyTest::lines);
    }

    private static List<StockLine> lines(Map<String, Integer> units) {
        var lines = new ArrayList<StockLine>();
        units.forEach((sku, quantity) -> lines.add(new StockLine(sku, quantity)));
        return lines;
    }

    private static Arbitrary<Integer> units(int most) {
        return Arbitraries.integers().between(1, most);
    }

    @Property
    void noUnitIsLostOrInvented(@ForAll("history") List<Step> history) {
        var model = new StockModel(SKUS);

        for (Step step : history) {
            step.action.accept(model);
            SKUS.forEach(sku -> assertConserved(model, sku));
        }
    }

    private static void assertConserved(StockModel model, String sku) {
        int onHand = model.onHand.get(sku);
        int reserved = model.reserved.get(sku);
        assertThat(reserved).isBetween(0, onHand);
        assertThat(reserved)
                .isEqualTo(model.reservations.values().stream()
                        .map(Reservation::open)
                        .mapToInt(open -> unitsOf(open, sku))
                        .sum());
        assertThat(onHand - moved(model, sku, MovementKind.SOLD)).isEqualTo(moved(model, sku, MovementKind.RECEIVED));
        assertThat(model.reservedByTheJournal().getOrDefault(sku, 0)).isEqualTo(reserved);
        assertThat(model.onHandByTheJournal().getOrDefault(sku, 0)).isEqualTo(onHand);
    }

    private static int moved(StockModel model, String sku, MovementKind kind) {
        return model.movements.stream()
                .filter(movement -> movement.kind() == kind && movement.sku().equals(sku))
                .mapToInt(NewMovement::quantity)
                .sum();
    }

    private static int unitsOf(List<StockLine> lines, String sku) {
        return lines.stream()
                .filter(line -> line.sku().equals(sku))
                .mapToInt(StockLine::quantity)
                .sum();
    }

    @Property
    void aFeedThatIsReadTwiceHasBeenReadOnce(@ForAll("history") List<Step> history) {
        var model = new StockModel(SKUS);
        history.forEach(step -> step.action.accept(model));
        List<Step> feed = history.stream().filter(Step::isFromTheFeed).toList();
        feed.forEach(step -> step.action.accept(model));
        var onHand = Map.copyOf(model.onHand);
        var reservations = Map.copyOf(model.reservations);
        int events = model.journal.size();

        feed.forEach(step -> step.action.accept(model));

        assertThat(model.onHand).isEqualTo(onHand);
        assertThat(model.reservations).isEqualTo(reservations);
        assertThat(model.journal).hasSize(events);
    }
}
