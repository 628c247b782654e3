package io.trolleybus.inventory;

import static io.trolleybus.inventory.Shop.refusal;
import static io.trolleybus.inventory.Shop.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.ChangeProduct;
import io.trolleybus.model.InventoryMessages.GetProduct;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.Money;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.Futures;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProductChangesTest {
    private Shop shop;
    private Product added;

    @BeforeEach
    void open() {
        shop = new Shop();
        added = result(shop.add("bell", 5));
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private Future<Reply<Product>> send(ChangeProduct command) {
        return shop.platform.send(
                InventoryMessages.CHANGE_PRODUCT, shop.platform.newCall(Shop.OPERATOR), command, Product.class);
    }

    private Reply<Product> change(ChangeProduct command) {
        return Futures.await(send(command));
    }

    private static ChangeProduct price(long amount, @Nullable List<Integer> versions) {
        return new ChangeProduct("bell", null, null, new Money(amount, "EUR"), versions);
    }

    private Product found() {
        return result(shop.platform.call(
                InventoryMessages.GET_PRODUCT, Principal.ANONYMOUS, new GetProduct("bell"), Product.class));
    }

    /** The product's events, without the first. */
    private List<List<Object>> told() {
        return shop.inventory.database().rows("""
                        select type, version, data ->> 'name', data ->> 'description',
                               (data -> 'price' ->> 'amount')::int, data ->> 'by'
                        from journal j
                        where stream = (select id from product where sku = 'bell') and version > 1 order by version
                        """);
    }

    @Test
    void aPriceIsChangedAndTold() {
        Product changed = result(change(price(2199, null)));

        assertThat(changed)
                .isEqualTo(new Product("bell", "The bell", "", new Money(2199, "EUR"), 5, 2, added.createdAt()));
        assertThat(found()).isEqualTo(changed);
        assertThat(told()).containsExactly(List.of("PriceChanged", 2, "The bell", "", 2199, Shop.OPERATOR.name()));
    }

    @Test
    void aNameOrDescriptionIsChangedAndToldWithThePriceAsItIs() {
        result(change(new ChangeProduct("bell", "Brass bell", null, null, null)));
        Product changed = result(change(new ChangeProduct("bell", null, "Loud", null, null)));

        assertThat(changed.name()).isEqualTo("Brass bell");
        assertThat(changed.description()).isEqualTo("Loud");
        assertThat(changed.version()).isEqualTo(3);
        assertThat(told())
                .containsExactly(
                        List.of("ProductDescribed", 2, "Brass bell", "", 1999, Shop.OPERATOR.name()),
                        List.of("ProductDescribed", 3, "Brass bell", "Loud", 1999, Shop.OPERATOR.name()));
    }

    @Test
    void severalChangesAreOneVersion() {
        var command = new ChangeProduct("bell", "Brass bell", "Loud", new Money(1, "EUR"), null);

        Product changed = result(change(command));

        assertThat(changed.version()).isEqualTo(2);
        assertThat(found()).isEqualTo(changed);
        assertThat(told()).containsExactly(List.of("PriceChanged", 2, "Brass bell", "Loud", 1, Shop.OPERATOR.name()));
    }

    @Test
    void whatIsSoAlreadyIsNoChange() {
        Product same = result(change(new ChangeProduct("bell", "The bell", "", new Money(1999, "EUR"), List.of(1))));

        assertThat(same).isEqualTo(added);
        assertThat(told()).isEmpty();
    }

    @Test
    void anotherVersionThanWasSeenIsRefused() {
        result(change(price(1, List.of(1, 7))));

        var refused = refusal(change(price(2, List.of(1))));

        assertThat(refused.code()).isEqualTo(Refusals.PRECONDITION_FAILED);
        assertThat(refused.facts()).containsEntry("version", 2);
        assertThat(refusal(change(price(2, List.of()))).code()).isEqualTo(Refusals.PRECONDITION_FAILED);
        assertThat(found().price().amount()).isEqualTo(1);
        assertThat(result(change(price(2, List.of(2)))).version()).isEqualTo(3);
    }

    @Test
    void aProductKeepsItsCurrency() {
        var refused = refusal(change(new ChangeProduct("bell", null, null, new Money(1999, "USD"), null)));

        assertThat(refused.code()).isEqualTo(Refusals.CURRENCY_CHANGED);
        assertThat(refused.facts()).containsEntry("currency", "EUR");
        assertThat(found()).isEqualTo(added);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThat(refusal(change(new ChangeProduct("ghost", "Ghost", null, null, null)))
                        .code())
                .isEqualTo(Refusals.NOT_FOUND);
        assertThat(refusal(change(new ChangeProduct("bell", null, null, null, null)))
                        .code())
                .isEqualTo(Refusals.INVALID);
        assertThat(refusal(change(new ChangeProduct("bell", " ", null, null, null)))
                        .detail())
                .contains("name");
        assertThat(refusal(change(price(-1, null))).detail()).contains("price.amount");
        assertThat(found()).isEqualTo(added);
    }

    @Test
    void onlyOperatorsChangeProducts() {
        var refused = refusal(
                shop.platform.call(InventoryMessages.CHANGE_PRODUCT, Shop.CUSTOMER, price(1, null), Product.class));

        assertThat(refused.code()).isEqualTo(Refusals.FORBIDDEN);
        assertThat(found()).isEqualTo(added);
    }

    @Test
    void ofThoseWhoSawTheSameVersionOneChangesIt() {
        shop.deployAnother();
        var all = IntStream.rangeClosed(1, 20)
                .mapToObj(i -> send(price(i, List.of(1))))
                .toList();

        List<Reply<Product>> replies = Futures.await(Future.all(all).map(done -> done.<Reply<Product>>list()));

        var changed = replies.stream()
                .flatMap(reply -> reply.fold(List::of, refused -> List.<Product>of()).stream())
                .toList();
        assertThat(changed).hasSize(1);
        assertThat(found()).isEqualTo(changed.get(0));
        assertThat(told()).hasSize(1);
    }

    @Test
    void whoeverDoesNotSayWhichVersionChangesItInTurn() {
        shop.deployAnother();
        var all =
                IntStream.rangeClosed(1, 20).mapToObj(i -> send(price(i, null))).toList();

        Futures.await(Future.all(all));

        assertThat(found().version()).isEqualTo(21);
        assertThat(told()).hasSize(20);
    }
}
