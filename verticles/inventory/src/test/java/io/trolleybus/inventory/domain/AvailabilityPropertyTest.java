package io.trolleybus.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AvailabilityPropertyTest {
    private static final List<String> KNOWN = List.of("bell", "pole", "shoe");
    private static final List<String> NAMES = List.of("bell", "pole", "shoe", "ghost");

    @Provide
    Arbitrary<Map<String, Integer>> stock() {
        Arbitrary<Integer> units = Arbitraries.integers().between(0, 12);
        return Arbitraries.maps(Arbitraries.of(KNOWN), units).ofSize(KNOWN.size());
    }

    @Provide
    Arbitrary<List<List<StockLine>>> requests() {
        Arbitrary<Integer> units = Arbitraries.integers().between(1, 6);
        return Arbitraries.maps(Arbitraries.of(NAMES), units)
                .ofMinSize(1)
                .ofMaxSize(NAMES.size())
                .map(AvailabilityPropertyTest::lines)
                .list()
                .ofMaxSize(20);
    }

    private static List<StockLine> lines(Map<String, Integer> units) {
        var lines = new ArrayList<StockLine>();
        units.forEach((sku, quantity) -> lines.add(new StockLine(sku, quantity)));
        return lines;
    }

    /** The rule in its plainest form: go through the requests, grant what fits whole, and leave the rest untouched. */
    @Property
    void exactlyThoseAreGrantedThatFitIntoWhatTheEarlierLeft(
            @ForAll("stock") Map<String, Integer> stock, @ForAll("requests") List<List<StockLine>> requests) {
        var availability = new Availability(stock);
        var left = new HashMap<>(stock);

        for (List<StockLine> request : requests) {
            boolean fits = request.stream().allMatch(line -> left.getOrDefault(line.sku(), 0) >= line.quantity());
            Optional<Refusal> refusal = availability.take(request);

            assertThat(refusal.isEmpty()).isEqualTo(fits);
            if (fits) {
                request.forEach(line -> left.merge(line.sku(), -line.quantity(), Integer::sum));
            } else {
                assertNamesALineThatDoesNotFit(refusal.orElseThrow(), request, left);
            }
        }

        for (String sku : KNOWN) {
            assertThat(left.get(sku)).isNotNegative();
            assertThat(availability.changes().getOrDefault(sku, 0)).isEqualTo(stock.get(sku) - left.get(sku));
        }
    }

    private static void assertNamesALineThatDoesNotFit(
            Refusal refusal, List<StockLine> request, Map<String, Integer> left) {
        String sku = (String) refusal.facts().get("sku");
        int wanted = request.stream()
                .filter(line -> line.sku().equals(sku))
                .findFirst()
                .orElseThrow()
                .quantity();
        if (left.containsKey(sku)) {
            assertThat(refusal.code()).isEqualTo(Refusals.OUT_OF_STOCK);
            assertThat(refusal.facts()).containsEntry("available", left.get(sku));
            assertThat(wanted).isGreaterThan(left.get(sku));
        } else {
            assertThat(refusal.code()).isEqualTo(Refusals.UNKNOWN_PRODUCT);
        }
    }

    @Property
    void givingBackEverythingThatWasTakenChangesNothing(
            @ForAll("stock") Map<String, Integer> stock, @ForAll("requests") List<List<StockLine>> requests) {
        var availability = new Availability(stock);

        var taken = requests.stream()
                .filter(request -> availability.take(request).isEmpty())
                .toList();
        taken.forEach(availability::giveBack);

        assertThat(availability.changes()).isEmpty();
    }
}
