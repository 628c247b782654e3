package io.trolleybus.verification;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * What must hold of acknowledged orders once all has gone quiet, whatever was done to the platform meanwhile. Their
 * customers must have no other orders, and the SKUs no other buyers, so that one too many is found as well as one
 * missing.
 *
 * @param placed every purchase that was acknowledged
 * @param initialStock what each SKU began with, in units
 */
record Invariants(Shop shop, List<Placed> placed, Map<String, Long> initialStock) {

    private static final Duration QUIET_WITHIN = Duration.ofSeconds(30);
    private static final Duration ALL_ASKED_WITHIN = Duration.ofMinutes(2);
    private static final int ASKED_AT_ONCE = 8;

    /** Waits for every order to end, checks everything, and returns the orders as they ended. */
    List<Order> hold() {
        List<Order> ended = everyOrderEnds();
        aRepeatGivesTheSameOrder();
        nobodyHasAnOrderTooMany();
        theLedgerAgrees(ended);
        theStockAgrees(ended);
        theJournalsAgree();
        return ended;
    }

    private List<Order> everyOrderEnds() {
        return ofEach(one -> one.customer().awaitEnd(one.orderId()));
    }

    private void aRepeatGivesTheSameOrder() {
        List<String> repeated = ofEach(one -> one.customer().buy(one.purchase()).id());
        assertThat(repeated)
                .as("orders by the same keys")
                .containsExactlyElementsOf(placed.stream().map(Placed::orderId).toList());
    }

    private void nobodyHasAnOrderTooMany() {
        Map<Customer, List<String>> acknowledged =
                placed.stream().collect(groupingBy(Placed::customer, mapping(Placed::orderId, toList())));
        acknowledged.forEach((customer, orderIds) -> assertThat(customer.orders())
                .as("orders of %s", customer.email())
                .extracting(Order::id)
                .containsExactlyInAnyOrderElementsOf(orderIds));
    }

    /** What the provider holds is one capture for each confirmed order, of its exact total; none is for no order. */
    private void theLedgerAgrees(List<Order> ended) {
        Set<String> ours = ended.stream().map(Order::id).collect(toSet());
        List<LedgerEntry> ledger = shop.provider().ledger();
        Map<String, List<Money>> held = ledger.stream()
                .filter(entry -> entry.net() != 0 && ours.contains(entry.orderId()))
                .collect(groupingBy(LedgerEntry::orderId, TreeMap::new, mapping(LedgerEntry::held, toList())));
        Map<String, List<Money>> due = ended.stream()
                .filter(Order::isConfirmed)
                .collect(toMap(Order::id, order -> List.of(order.total()), (one, other) -> one, TreeMap::new));
        assertThat(held).as("money the provider holds, by order").isEqualTo(due);
        assertThat(ledger)
                .as("one entry for each payment")
                .extracting(LedgerEntry::paymentId)
                .doesNotHaveDuplicates();
        Map<String, Money> kept = shop.operator().orders().stream().collect(toMap(Order::id, Order::kept));
        assertThat(ledger)
                .as("what the provider holds for orders of others")
                .filteredOn(entry -> entry.net() != 0 && !ours.contains(entry.orderId()))
                .allSatisfy(entry -> assertThat(entry.held()).isEqualTo(kept.get(entry.orderId())));
        assertThat(ended.stream().filter(Order::isConfirmed))
                .as("the payment each confirmed order shows")
                .allSatisfy(order -> {
                    Order.Payment payment = requireNonNull(order.payment(), "payment of " + order.id());
                    assertThat(payment.status()).isEqualTo("CAPTURED");
                    assertThat(payment.captured()).isEqualTo(order.total());
                });
    }

    /** Nothing was shipped, so what is on hand is what was, and what is reserved is what was confirmed. */
    private void theStockAgrees(List<Order> ended) {
        initialStock.forEach((sku, initial) -> {
            long sold = ended.stream()
                    .filter(Order::isConfirmed)
                    .mapToLong(order -> order.quantityOf(sku))
                    .sum();
            assertThat(sold).as("units of %s sold", sku).isLessThanOrEqualTo(initial);
            await("the stock of " + sku).atMost(QUIET_WITHIN).untilAsserted(() -> assertThat(
                            shop.operator().stock(sku))
                    .isEqualTo(new Stock(sku, initial, sold, initial - sold)));
        });
    }

    /** Replaying an order's events gives its row in the view. */
    private void theJournalsAgree() {
        List<OrderFold> folded = ofEach(one -> OrderFold.of(one.customer().events(one.orderId())));
        List<OrderFold> viewed = ofEach(one -> OrderFold.of(one.customer().order(one.orderId())));
        assertThat(folded).as("orders from their events").containsExactlyElementsOf(viewed);
    }

    /** Asks about every order, some at a time: one by one takes longer than it took to place them. */
    private <T> List<T> ofEach(Function<Placed, T> question) {
        try (Crowd crowd = new Crowd(ASKED_AT_ONCE)) {
            return crowd.run(
                    placed.stream()
                            .<Callable<T>>map(one -> () -> question.apply(one))
                            .toList(),
                    ALL_ASKED_WITHIN);
        }
    }
}
