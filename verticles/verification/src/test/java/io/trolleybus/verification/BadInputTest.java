package io.trolleybus.verification;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a request is said in its answer, and leaves no trace in the books. */
@OnPlatform
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputTest {

    private static final int MEGABYTE = 1 << 20;
    private static final long STOCK = 100_000;

    private final Shop shop;
    private final Customer customer;
    private final String sku;
    private int ordersBefore;

    BadInputTest(Shop shop) {
        this.shop = shop;
        customer = shop.newCustomer();
        sku = shop.operator().addProduct(Money.eur(500), STOCK);
    }

    @BeforeEach
    void countOrders() {
        ordersBefore = customer.orders().size();
    }

    @AfterEach
    void nothingWasStored() {
        assertThat(customer.orders()).hasSize(ordersBefore);
        // Each order there is has one unit of this product.
        assertThat(shop.operator().stock(sku)).isEqualTo(new Stock(sku, STOCK, ordersBefore, STOCK - ordersBefore));
    }

    /** A body, and the places in it that its refusal must point at. */
    static Stream<Arguments> invalidBodies() {
        return Stream.of(
                Arguments.of("an unknown field", order(line(1), ", \"coupon\": \"FREE\""), "/coupon"),
                Arguments.of("a read-only field", order(line(1), ", \"status\": \"CONFIRMED\""), "/status"),
                Arguments.of(
                        "a total", order(line(1), ", \"total\": {\"amount\": 1, \"currency\": \"EUR\"}"), "/total"),
                Arguments.of(
                        "a price in a line",
                        order(
                                "{\"sku\": \"SKU\", \"quantity\": 1, \"unitPrice\": {\"amount\": 1, \"currency\": \"EUR\"}}",
                                ""),
                        "/lines/0/unitPrice"),
                Arguments.of("a negative quantity", order(line(-1), ""), "/lines/0/quantity"),
                Arguments.of("a quantity of zero", order(line(0), ""), "/lines/0/quantity"),
                Arguments.of("a quantity beyond its limit", order(line(10_001), ""), "/lines/0/quantity"),
                Arguments.of("a quantity beyond any integer", order(line("1e300"), ""), "/lines/0/quantity"),
                Arguments.of("half a unit", order(line("0.5"), ""), "/lines/0/quantity"),
                Arguments.of("a quantity in words", order(line("\"1\""), ""), "/lines/0/quantity"),
                Arguments.of("no quantity", order("{\"sku\": \"SKU\"}", ""), "/lines/0/quantity"),
                Arguments.of("no lines", order("", ""), "/lines"),
                Arguments.of("1,000 lines", order(lines(1_000), ""), "/lines"),
                Arguments.of("the same product twice", order(line(1) + ',' + line(2), ""), "/lines"),
                Arguments.of("no payment", "{\"lines\": [" + line(1) + "]}", "/payment"),
                Arguments.of("null for lines", "{\"lines\": null, \"payment\": {\"token\": \"tok_ok\"}}", "/lines"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidBodies")
    void aBodyAgainstTheContractIsRefusedWithThePlaceOfItsFault(String fault, String body, String pointer) {
        Problem problem = post(body).expectProblem(400);

        assertThat(problem.pointers()).as("places named for %s", fault).anySatisfy(place -> assertThat(place)
                .startsWith(pointer));
        assertThat(problem.errors())
                .allSatisfy(error -> assertThat(error.detail()).isNotBlank());
    }

    static Stream<Arguments> unreadableBodies() {
        return Stream.of(
                Arguments.of("malformed JSON", "{\"lines\": [", 400),
                Arguments.of("nothing", "", 400),
                Arguments.of("a text", "\"order\"", 400),
                Arguments.of("an array", "[]", 400),
                Arguments.of("two documents", order(line(1), "") + order(line(1), ""), 400),
                Arguments.of(
                        "JSON deeper than any order",
                        "{\"lines\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                        400),
                Arguments.of("a megabyte", order(line(1), ", \"note\": \"" + "x".repeat(MEGABYTE) + '"'), 413));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadableBodies")
    void aBodyThatIsNoOrderIsRefused(String fault, String body, int status) {
        post(body).expectProblem(status);
    }

    @Test
    void aProductNobodySellsIsRefused() {
        Problem problem = customer.post(Purchase.of("NO-SUCH-SKU", 1)).expectProblem(422);

        assertThat(problem.type()).isEqualTo("/problems/unknown-product");
    }

    @Test
    void anOrderWithoutAKeyIsRefused() {
        customer.session().postText("/api/v1/orders", goodOrder()).expectProblem(400);
    }

    @Test
    void anOverlongKeyIsRefused() {
        customer.session()
                .postText("/api/v1/orders", goodOrder(), "Idempotency-Key", "k".repeat(1_000))
                .expectProblem(400);
    }

    @Test
    void aKeyReusedForAnotherOrderIsRefused() {
        Purchase purchase = Purchase.of(sku, 1);
        customer.buyToTheEnd(purchase);
        ordersBefore++;

        Problem problem = customer.post(purchase.and(shop.operator().addProduct(Money.eur(1), 1), 1))
                .expectProblem(422);

        assertThat(problem.type()).isEqualTo("/problems/idempotency-key-reused");
    }

    @Test
    void aBodyOfAnotherTypeIsRefused() {
        customer.session()
                .postText("/api/v1/orders", goodOrder(), "Content-Type", "text/plain", "Idempotency-Key", newKey())
                .expectProblem(415);
    }

    static Stream<Arguments> badRequests() {
        return Stream.of(
                Arguments.of("GET", "/api/v1/orders?limit=0", 400),
                Arguments.of("GET", "/api/v1/orders?limit=101", 400),
                Arguments.of("GET", "/api/v1/orders?limit=many", 400),
                Arguments.of("GET", "/api/v1/orders?cursor=no-cursor-of-ours", 400),
                Arguments.of("GET", "/api/v1/orders?status=WISHED_FOR", 400),
                Arguments.of("GET", "/api/v1/orders/not-a-uuid", 404),
                Arguments.of("GET", "/api/v1/orders/" + UUID.randomUUID(), 404),
                Arguments.of("GET", "/api/v1/products/NO-SUCH-SKU", 404),
                Arguments.of("GET", "/api/v1/no-such-thing", 404),
                Arguments.of("GET", "/no-such-page", 404),
                Arguments.of("DELETE", "/api/v1/orders", 405),
                Arguments.of("PUT", "/api/v1/users/me", 405));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("badRequests")
    void aRequestThatMeansNothingIsRefused(String method, String path, int status) {
        Reply reply = customer.session().send(method, path, BodyPublishers.noBody());

        reply.expectProblem(status);
        if (status == 405) {
            assertThat(reply.header("Allow")).as("methods that are allowed").isPresent();
        }
    }

    /** Not a token; one without a signature; one signed by nobody we know. */
    static Stream<String> badTokens() {
        String claims = "eyJzdWIiOiJvcGVyYXRvciIsInJvbGVzIjpbIm9wZXJhdG9yIl0sImV4cCI6NDEwMjQ0NDgwMH0";
        return Stream.of(
                "Bearer nonsense",
                "Bearer eyJhbGciOiJub25lIn0." + claims + '.',
                "Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6IngifQ." + claims + '.' + "A".repeat(86),
                "Basic b3BlcmF0b3I6b3BlcmF0b3I=");
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    void aBadTokenIsRefused(String authorization) {
        Reply reply = shop.gateway()
                .post(
                        "/api/v1/orders",
                        Purchase.of(sku, 1).body(),
                        "Authorization",
                        authorization,
                        "Idempotency-Key",
                        newKey());

        reply.expectProblem(401);
        assertThat(reply.header("WWW-Authenticate").orElse("")).startsWith("Bearer");
    }

    @Test
    void anAccountIsOpenedOnceAndNeedsAPasswordWorthTheName() {
        Problem taken = shop.gateway()
                .post("/api/v1/users", account(customer.email(), Customer.PASSWORD))
                .expectProblem(409);
        shop.gateway().post("/api/v1/users", account("new@example.com", "123")).expectProblem(400);

        assertThat(taken.type()).isEqualTo("/problems/email-taken");
    }

    @Test
    void aWrongPasswordAndAnUnknownEmailAreToldApartByNobody() {
        Problem wrong = login(customer.email(), "not-the-password").expectProblem(401);
        Problem unknown = login("nobody-" + UUID.randomUUID() + "@example.com", "not-the-password")
                .expectProblem(401);

        assertThat(wrong.type()).isEqualTo(unknown.type());
        assertThat(wrong.title()).isEqualTo(unknown.title());
        assertThat(wrong.detail()).isEqualTo(unknown.detail());
    }

    private Reply post(String body) {
        return customer.session()
                .postText("/api/v1/orders", body.replace("\"SKU", '"' + sku), "Idempotency-Key", newKey());
    }

    private Reply login(String email, String password) {
        return shop.gateway().post("/api/v1/auth/login", Map.of("email", email, "password", password));
    }

    private String goodOrder() {
        return order(line(1), "").replace("\"SKU", '"' + sku);
    }

    private static Map<String, String> account(String email, String password) {
        return Map.of("email", email, "password", password, "name", "A. Buyer");
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }

    private static String order(String lines, String more) {
        return "{\"lines\": [" + lines + "], \"payment\": {\"token\": \"tok_ok\"}" + more + '}';
    }

    private static String line(Object quantity) {
        return "{\"sku\": \"SKU\", \"quantity\": " + quantity + '}';
    }

    private static String lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"sku\": \"SKU-" + i + "\", \"quantity\": 1}")
                .collect(joining(","));
    }
}
