package io.trolleybus.verification;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the contract, as the gateway serves it, answers in every way that the contract names, and in no
 * other. The table of what is promised stands in {@code …Promises}; the contract itself says whether it is whole.
 */
@OnPlatform
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ)
final class WholeContractTest {

    /** Answers to more than one request can ask for: to a flood, and to an outage. Other tests make those. */
    private static final Set<Integer> FOR_FLOODS_AND_OUTAGES = Set.of(429, 503);

    /** This takes a first request under the same key that hangs for ten seconds, and so a database that does. */
    private static final Set<String> TOO_LONG_TO_WAIT_FOR = Set.of("placeOrder 409");

    private final Shop shop;
    private final ApiContract contract;
    private final List<Promise> promises;

    WholeContractTest(Shop shop) {
        this.shop = shop;
        contract = ApiContract.servedBy(shop.gateway());
        var cast = new Cast(shop);
        promises = Stream.of(
                        new CommonPromises(contract, cast).all(),
                        new AccountPromises(cast).all(),
                        new CatalogPromises(cast).all(),
                        new OrderPromises(cast).all(),
                        new OrderDeskPromises(cast).all(),
                        new SystemPromises(cast).all(),
                        new InsightPromises(cast).all())
                .flatMap(some -> some)
                .toList();
    }

    List<Promise> promises() {
        return promises;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("promises")
    void everyPromiseIsKept(Promise promise) {
        Reply reply = promise.scenario().get().expect(promise.status());

        ApiContract.Operation operation = contract.askedBy(reply);
        assertThat(operation.id()).as("what %s asks", reply.request()).isEqualTo(promise.operation());
        assertThat(contract.faultsOf(operation, reply))
                .as("faults of %s", reply.body())
                .isEmpty();
        Conventions.areKeptBy(reply);
        promise.more().accept(reply);
    }

    @Test
    void whateverTheContractNamesIsPromisedHereAndNothingElse() {
        Set<String> promised = promises.stream().map(Promise::key).collect(toCollection(TreeSet::new));

        assertThat(promised).isEqualTo(named());
    }

    private Set<String> named() {
        return contract.operations().stream()
                .flatMap(operation -> operation.statuses().stream()
                        .filter(status -> !FOR_FLOODS_AND_OUTAGES.contains(status))
                        .map(status -> operation.id() + " " + status))
                .filter(key -> !TOO_LONG_TO_WAIT_FOR.contains(key))
                .collect(toCollection(TreeSet::new));
    }

    @Test
    void anAnswerBearsTheIdOfItsRequestIfThatIsASaneOne() {
        String id = "my-" + UUID.randomUUID();

        assertThat(shop.gateway().get("/health/live", "X-Request-Id", id).header("X-Request-Id"))
                .hasValue(id);
        assertThat(shop.gateway()
                        .get("/health/live", "X-Request-Id", "x".repeat(500))
                        .header("X-Request-Id")
                        .orElse(""))
                .isNotBlank()
                .doesNotContain("xxx");
    }

    @Test
    void aProblemNamesTheTraceOfItsRequest() {
        String trace = UUID.randomUUID().toString().replace("-", "");

        Problem problem = shop.gateway()
                .get("/api/v1/orders", "traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .expectProblem(401);

        assertThat(problem.traceId()).isEqualTo(trace);
    }
}
