package io.trolleybus.chassis;

import static io.trolleybus.testkit.Futures.await;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuardedClientTest {
    private static final String ADDRESS = "greeter.greet";
    private static final List<String> MIGRATIONS = List.of("io/trolleybus/testkit/migrations");
    private static final Principal ANN = Principal.user(new UUID(1, 2), List.of("customer"));
    private static final Reply<Greeting> HELLO = Reply.done(new Greeting("Hello"));
    private static final int FAILURES_THAT_OPEN_THE_BREAKER = 10;

    private record Greet(String name) {}

    private record Greeting(String text) {}

    private final List<Call> handled = new CopyOnWriteArrayList<>();
    private volatile Function<Call, Future<Reply<Greeting>>> behaviour = call -> Future.succeededFuture(HELLO);
    private TestPlatform platform;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private TestService deploy() {
        return platform.deploy("greeter", MIGRATIONS, context -> {
            context.endpoints().serve(ADDRESS, Greet.class, (call, greet) -> {
                handled.add(call);
                return behaviour.apply(call);
            });
            return Future.succeededFuture();
        });
    }

    private Call within(long timeoutMs) {
        return new Call(
                UUID.randomUUID(), System.currentTimeMillis() + timeoutMs, Trace.root(new Random(1), false), ANN);
    }

    private Future<Reply<Greeting>> call(Call call) {
        return platform.send(ADDRESS, call, new Greet("Ann"), Greeting.class);
    }

    private Future<Reply<Greeting>> callRepeatedly(Call call) {
        return platform.onLoop(() -> platform.client().callRepeatedly(ADDRESS, call, new Greet("Ann"), Greeting.class));
    }

    private static Future<Reply<Greeting>> unavailable(Call call) {
        return Future.failedFuture(new UnavailableException("the database is away"));
    }

    private void openTheBreaker() {
        behaviour = GuardedClientTest::unavailable;
        for (int i = 0; i < FAILURES_THAT_OPEN_THE_BREAKER; i++) {
            awaitFailure(call(within(5_000)));
        }
        handled.clear();
    }

    @Test
    void aCallCarriesItsIdPrincipalAndTraceUnderAGoodSeal() {
        deploy();
        Call sent = within(5_000);

        assertThat(await(call(sent))).isEqualTo(HELLO);

        assertThat(handled).singleElement().satisfies(call -> {
            assertThat(call.id()).isEqualTo(sent.id());
            assertThat(call.principal()).isEqualTo(ANN);
            assertThat(call.trace()).isEqualTo(sent.trace());
            assertThat(call.deadlineMs()).isLessThanOrEqualTo(sent.deadlineMs() + 50);
        });
    }

    @Test
    void withoutAnInstanceACallIsUnavailableAtOnce() {
        assertThat(awaitFailure(call(within(5_000))))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("nobody answers " + ADDRESS);
    }

    @Test
    void withoutTimeLeftACallIsNotSent() {
        deploy();

        assertThat(awaitFailure(call(within(0)))).isInstanceOf(UnavailableException.class);
        assertThat(handled).isEmpty();
    }

    @Test
    void silenceIsUnavailableAtTheDeadline() {
        deploy();
        behaviour = call -> Promise.<Reply<Greeting>>promise().future();

        assertThat(awaitFailure(call(within(100)))).isInstanceOf(UnavailableException.class);
        assertThat(handled).hasSize(1);
    }

    @Test
    void aRepeatedCallKeepsItsMessageId() {
        deploy();
        behaviour = call -> handled.size() < 3 ? unavailable(call) : Future.succeededFuture(HELLO);
        Call sent = within(10_000);

        assertThat(await(callRepeatedly(sent))).isEqualTo(HELLO);
        assertThat(handled).hasSize(3).extracting(Call::id).containsOnly(sent.id());
    }

    @Test
    void aRepeatedCallWaitsForAnInstanceToAppear() {
        Future<Reply<Greeting>> answered = callRepeatedly(within(10_000));
        deploy();

        assertThat(await(answered)).isEqualTo(HELLO);
    }

    @Test
    void aRepeatedCallGivesUpAtItsDeadline() {
        deploy();
        behaviour = GuardedClientTest::unavailable;

        assertThat(awaitFailure(callRepeatedly(within(400)))).isInstanceOf(UnavailableException.class);
        assertThat(handled).hasSizeGreaterThan(1);
    }

    @Test
    void aRefusalIsNotRepeated() {
        deploy();
        Reply<Greeting> refusal = Reply.refused("not-found", "nobody to greet");
        behaviour = call -> Future.succeededFuture(refusal);

        assertThat(await(callRepeatedly(within(5_000)))).isEqualTo(refusal);
        assertThat(handled).hasSize(1);
    }

    @Test
    void aDefectIsNotRepeated() {
        deploy();
        behaviour = call -> Future.failedFuture(new IllegalStateException("a bug"));

        assertThat(awaitFailure(callRepeatedly(within(5_000)))).isInstanceOf(IllegalStateException.class);
        assertThat(handled).hasSize(1);
    }

    @Test
    void theBreakerOpensAfterManyFailuresAndLetsNothingThrough() {
        deploy();
        openTheBreaker();

        assertThat(awaitFailure(call(within(5_000))))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("breaker");
        assertThat(handled).isEmpty();
    }

    @Test
    void whoCanDoWithoutTheAnswerDoesNotWaitForTheBreakerAndOthersDo() {
        deploy();
        openTheBreaker();
        behaviour = call -> Future.succeededFuture(HELLO);
        Call patient = within(5_000);
        Future<Reply<Greeting>> waiting = callRepeatedly(patient);

        assertThat(awaitFailure(platform.onLoop(() -> platform.client()
                        .callWhileUnbroken(ADDRESS, within(5_000), new Greet("Ann"), Greeting.class, () -> true))))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("breaker");
        assertThat(waiting.isComplete()).isFalse();
        assertThat(await(waiting)).isEqualTo(HELLO);
    }

    @Test
    void nothingIsSentAgainForWhoHasGone() {
        deploy();
        behaviour = call -> Future.failedFuture(new BusyException("full"));
        var isWanted = new AtomicBoolean(true);
        Future<Reply<Greeting>> waiting = platform.onLoop(() -> platform.client()
                .callRepeatedly(ADDRESS, within(60_000), new Greet("Ann"), Greeting.class, isWanted::get));
        await().until(() -> handled.size() >= 2);

        isWanted.set(false);

        assertThat(awaitFailure(waiting)).isInstanceOf(BusyException.class);
    }

    @Test
    void repetitionsStopWhenTheyAreTooManyForTheCallsThatThereAre() {
        deploy();
        behaviour = call -> Future.failedFuture(new BusyException("full"));
        int calls = 2 * RetryBudget.RESERVE;

        List<Future<Reply<Greeting>>> all = IntStream.range(0, calls)
                .mapToObj(i -> callRepeatedly(within(60_000)))
                .toList();
        all.forEach(each -> assertThat(awaitFailure(each)).isInstanceOf(BusyException.class));

        // Each could have been repeated some eight times; time gives a few more than the calls have paid for.
        int paidFor = (int) (calls * (1 + RetryBudget.PER_CALL)) + RetryBudget.RESERVE;
        assertThat(handled.size()).isBetween(calls + RetryBudget.RESERVE, paidFor + RetryBudget.RESERVE);
    }

    @Test
    void theBreakerLetsOneThroughAfterAWhileAndClosesWhenThatIsAnswered() {
        deploy();
        openTheBreaker();
        behaviour = call -> Future.succeededFuture(HELLO);

        assertThat(await(callRepeatedly(within(10_000)))).isEqualTo(HELLO);

        for (int i = 0; i < FAILURES_THAT_OPEN_THE_BREAKER; i++) {
            assertThat(await(call(within(5_000)))).isEqualTo(HELLO);
        }
    }

    @Test
    void aHalfOpenBreakerOpensAgainWhenItsOneCallFails() {
        deploy();
        openTheBreaker();

        await().until(() -> {
            awaitFailure(call(within(5_000)));
            return !handled.isEmpty();
        });

        assertThat(awaitFailure(call(within(5_000)))).hasMessageContaining("breaker");
        assertThat(handled).hasSize(1);
    }

    @Test
    void refusalsAndBusyAnswersDoNotCountAgainstAService() {
        deploy();
        behaviour = call -> handled.size() % 2 == 0
                ? Future.succeededFuture(Reply.refused("not-found", "nobody to greet"))
                : Future.failedFuture(new BusyException("full"));
        for (int i = 0; i < 4 * FAILURES_THAT_OPEN_THE_BREAKER; i++) {
            Future<?> each = call(within(5_000));
            await().until(each::isComplete);
            assertThat(each.succeeded() || each.cause() instanceof BusyException)
                    .isTrue();
        }

        behaviour = call -> Future.succeededFuture(HELLO);
        assertThat(await(call(within(5_000)))).isEqualTo(HELLO);
    }

    @Test
    void instancesAreCalledInTurn() {
        var instances = new CopyOnWriteArrayList<String>();
        for (String instance : List.of("one", "two")) {
            platform.deploy("greeter", MIGRATIONS, context -> {
                context.endpoints().serve(ADDRESS, Greet.class, (call, greet) -> {
                    instances.add(instance);
                    return Future.succeededFuture(HELLO);
                });
                return Future.succeededFuture();
            });
        }

        IntStream.range(0, 10).forEach(i -> await(call(within(5_000))));

        assertThat(instances).filteredOn("one"::equals).hasSize(5);
        assertThat(instances).filteredOn("two"::equals).hasSize(5);
    }

    @Test
    void aRestartOfOneOfTwoInstancesShowsNoCallerAnError() {
        TestService one = deploy();
        deploy();
        var calls = new ArrayList<Future<Reply<Greeting>>>();
        Future<Void> restarted = platform.vertx().executeBlocking(() -> {
            one.restart();
            return null;
        });
        while (!restarted.isComplete() || calls.size() < 50) {
            calls.add(callRepeatedly(within(10_000)));
            await(calls.get(calls.size() - 1));
        }

        assertThat(calls).allMatch(Future::succeeded);
    }

    @Test
    void theSpansOfACallFormAChainFromCallerToHandler() {
        deploy();
        Trace trace = Trace.root(new Random(2), true);

        await(call(new Call(UUID.randomUUID(), System.currentTimeMillis() + 5_000, trace, ANN)));

        SpanData client = span(SpanKind.CLIENT);
        SpanData server = span(SpanKind.SERVER);
        assertThat(client.getParentSpanId()).isEqualTo(trace.spanId());
        assertThat(server.getParentSpanId()).isEqualTo(client.getSpanId());
        assertThat(handled.get(0).trace().spanId()).isEqualTo(server.getSpanId());
        assertThat(List.of(client.getTraceId(), server.getTraceId())).containsOnly(trace.traceId());
    }

    private SpanData span(SpanKind kind) {
        return platform.spans().stream()
                .filter(span -> span.getKind() == kind)
                .findFirst()
                .orElseThrow();
    }
}
