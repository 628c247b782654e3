package io.trolleybus.chassis;

import static io.trolleybus.testkit.Futures.await;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.TestPlatform;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an endpoint makes of the messages it gets, sealed and sent by hand. */
class EndpointsTest {
    private static final String ADDRESS = "greeter.greet";
    private static final Principal ANN = new Principal("user:ann", List.of("customer", "operator"));

    private record Greet(String name) {}

    private record Greeting(String text) {}

    private final List<Call> handled = new CopyOnWriteArrayList<>();
    private final UUID id = UUID.randomUUID();
    private TestPlatform platform;
    private Endpoints endpoints;
    private volatile Future<Void> gate = Future.succeededFuture();

    @BeforeEach
    void open() {
        platform = TestPlatform.start();
        endpoints = platform.node().endpoints("greeter", "one", new Meters(platform.meters(), 1));
        await(platform.onLoop(
                () -> endpoints.serve(ADDRESS, Greet.class, this::greet).open()));
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private Future<Reply<Greeting>> greet(Call call, Greet greet) {
        handled.add(call);
        return switch (greet.name()) {
            case "bug" -> throw new IllegalStateException("a secret detail");
            case "away" -> Future.failedFuture(new UnavailableException("the database is away"));
            case "full" -> Future.failedFuture(new BusyException("the queue is full"));
            case "nobody" -> Future.succeededFuture(Reply.refused("not-found", "nobody to greet"));
            default -> gate.map(opened -> Reply.done(new Greeting("Hello " + greet.name())));
        };
    }

    private DeliveryOptions sealed() {
        long expiresMs = System.currentTimeMillis() + Seal.LIFETIME_MS;
        return new DeliveryOptions()
                .addHeader(Headers.ID, id.toString())
                .addHeader(Headers.TIMEOUT_MS, "5000")
                .addHeader(Headers.SENDER, "gateway")
                .addHeader(Headers.PRINCIPAL, ANN.name())
                .addHeader(Headers.ROLES, "customer,operator")
                .addHeader(Headers.EXPIRES_MS, Long.toString(expiresMs))
                .addHeader(
                        Headers.SEAL, new Seal(TestPlatform.BUS_SECRET).seal("gateway", ANN, ADDRESS, id, expiresMs));
    }

    private static DeliveryOptions with(DeliveryOptions options, String header, String value) {
        options.getHeaders().set(header, value);
        return options;
    }

    private Future<Message<Payload>> send(Object body, DeliveryOptions options) {
        return platform.vertx().eventBus().request(ADDRESS, body, options);
    }

    private Failure failure(Future<?> sent) {
        Throwable cause = awaitFailure(sent);
        assertThat(cause).isInstanceOf(ReplyException.class);
        return Failure.of(cause);
    }

    private Reply<Greeting> reply(Future<Message<Payload>> sent) {
        return await(sent).body().asReply(Greeting.class);
    }

    @Test
    void aSealedCommandIsHandledOnBehalfOfItsPrincipal() {
        assertThat(reply(send(Payload.of(new Greet("Ann")), sealed())))
                .isEqualTo(Reply.done(new Greeting("Hello Ann")));

        assertThat(handled).singleElement().satisfies(call -> {
            assertThat(call.id()).isEqualTo(id);
            assertThat(call.principal()).isEqualTo(ANN);
            assertThat(call.trace().sampled()).isFalse();
            assertThat(call.deadlineMs() - System.currentTimeMillis()).isBetween(0L, 5000L);
        });
    }

    @Test
    void aJsonObjectOfAnotherLanguageIsUnderstood() {
        var body = new JsonObject().put("name", "Ann");

        assertThat(reply(send(body, sealed()))).isEqualTo(Reply.done(new Greeting("Hello Ann")));
    }

    @Test
    void aRefusalIsAnAnswer() {
        assertThat(reply(send(Payload.of(new Greet("nobody")), sealed())))
                .isEqualTo(Reply.refused("not-found", "nobody to greet"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Headers.ID,
                Headers.TIMEOUT_MS,
                Headers.SENDER,
                Headers.PRINCIPAL,
                Headers.ROLES,
                Headers.EXPIRES_MS,
                Headers.SEAL
            })
    void aMessageThatLacksAHeaderIsUnsealed(String header) {
        DeliveryOptions options = sealed();
        options.getHeaders().remove(header);

        assertThat(failure(send(Payload.of(new Greet("Ann")), options))).isEqualTo(Failure.UNSEALED);
        assertThat(handled).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {Headers.ID, Headers.TIMEOUT_MS, Headers.EXPIRES_MS, Headers.SEAL})
    void aMessageWithNonsenseInAHeaderIsUnsealed(String header) {
        assertThat(failure(send(Payload.of(new Greet("Ann")), with(sealed(), header, "nonsense"))))
                .isEqualTo(Failure.UNSEALED);
        assertThat(handled).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        Headers.ROLES + ", 'customer,operator,god'",
        Headers.PRINCIPAL + ", user:bob",
        Headers.PRINCIPAL + ", service:gateway",
        Headers.SENDER + ", order",
        Headers.ID + ", 01930000-0000-7000-8000-000000000001",
        Headers.EXPIRES_MS + ", 4102444800000",
    })
    void aPeerThatChangesWhoCallsIsRefused(String header, String value) {
        assertThat(failure(send(Payload.of(new Greet("Ann")), with(sealed(), header, value))))
                .isEqualTo(Failure.UNSEALED);
        assertThat(handled).isEmpty();
    }

    /** Whoever is on the bus can send; only who knows the secret can say for whom. */
    @Test
    void aPeerThatForgesACallersIdentityIsRefused() {
        long expiresMs = System.currentTimeMillis() + Seal.LIFETIME_MS;
        String guessed = new Seal("a guess").seal("gateway", ANN, ADDRESS, id, expiresMs);
        String forElsewhere = new Seal(TestPlatform.BUS_SECRET).seal("gateway", ANN, "greeter.forget", id, expiresMs);

        for (String seal : List.of(guessed, forElsewhere)) {
            var options = with(with(sealed(), Headers.SEAL, seal), Headers.EXPIRES_MS, Long.toString(expiresMs));
            assertThat(failure(send(Payload.of(new Greet("Ann")), options))).isEqualTo(Failure.UNSEALED);
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void anExpiredSealIsRefused() {
        long expiredMs = System.currentTimeMillis() - 1;
        String seal = new Seal(TestPlatform.BUS_SECRET).seal("gateway", ANN, ADDRESS, id, expiredMs);
        var options = with(with(sealed(), Headers.SEAL, seal), Headers.EXPIRES_MS, Long.toString(expiredMs));

        assertThat(failure(send(Payload.of(new Greet("Ann")), options))).isEqualTo(Failure.UNSEALED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5"})
    void aMessageWhoseTimeIsUpIsNotBegun(String timeoutMs) {
        assertThat(failure(send(Payload.of(new Greet("Ann")), with(sealed(), Headers.TIMEOUT_MS, timeoutMs))))
                .isEqualTo(Failure.EXPIRED);
        assertThat(handled).isEmpty();
    }

    @Test
    void aBodyThatIsNotTheCommandIsInvalid() {
        assertThat(failure(send("text", sealed()))).isEqualTo(Failure.INVALID);
        assertThat(failure(send(new JsonObject().put("name", new JsonObject()), sealed())))
                .isEqualTo(Failure.INVALID);
        assertThat(handled).isEmpty();
    }

    @Test
    void aDefectIsToldWithoutItsDetails() {
        Throwable cause = awaitFailure(send(Payload.of(new Greet("bug")), sealed()));

        assertThat(Failure.of(cause)).isEqualTo(Failure.INTERNAL);
        assertThat(cause).hasMessage("internal error");
    }

    @Test
    void whatIsOutOfReachOrFullIsTold() {
        assertThat(failure(send(Payload.of(new Greet("away")), sealed()))).isEqualTo(Failure.UNAVAILABLE);
        assertThat(failure(send(Payload.of(new Greet("full")), sealed()))).isEqualTo(Failure.BUSY);
    }

    @Test
    void whenTooMuchIsInFlightItIsBusyUntilSomethingIsAnswered() {
        Promise<Void> opening = Promise.promise();
        gate = opening.future();
        var waiting = new ArrayList<Future<Message<Payload>>>();
        for (int i = 0; i < Endpoints.MAX_IN_FLIGHT; i++) {
            waiting.add(send(Payload.of(new Greet("Ann")), sealed()));
        }
        await().until(() -> handled.size() == Endpoints.MAX_IN_FLIGHT);

        assertThat(failure(send(Payload.of(new Greet("Bob")), sealed()))).isEqualTo(Failure.BUSY);

        opening.complete();
        await(Future.join(waiting));
        assertThat(reply(send(Payload.of(new Greet("Bob")), sealed())))
                .isEqualTo(Reply.done(new Greeting("Hello Bob")));
    }

    @Test
    void drainingAnswersWhatIsInFlightAndTakesNothingNew() {
        Promise<Void> opening = Promise.promise();
        gate = opening.future();
        var inFlight = send(Payload.of(new Greet("Ann")), sealed());
        await().until(() -> handled.size() == 1);

        Future<Void> drained = platform.onLoop(() -> endpoints.drain(10_000));
        await().until(() -> isDeaf());
        assertThat(drained.isComplete()).isFalse();
        opening.complete();

        assertThat(reply(inFlight)).isEqualTo(Reply.done(new Greeting("Hello Ann")));
        await(drained);
    }

    private boolean isDeaf() {
        int before = handled.size();
        Future<?> sent = send(Payload.of(new Greet("Bob")), sealed().setSendTimeout(500));
        return handled.size() == before && Failure.of(awaitFailure(sent)) == Failure.UNAVAILABLE;
    }

    @Test
    void drainingGivesUpAtItsLimit() {
        gate = Promise.<Void>promise().future();
        send(Payload.of(new Greet("Ann")), sealed());
        await().until(() -> handled.size() == 1);

        await(platform.onLoop(() -> endpoints.drain(50)));
    }

    @Test
    void answersAreTimed() {
        reply(send(Payload.of(new Greet("Ann")), sealed()));

        assertThat(platform.meters()
                        .get("trolleybus_endpoint")
                        .tag("address", ADDRESS)
                        .timer()
                        .count())
                .isEqualTo(1);
    }
}
