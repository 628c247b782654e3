package io.trolleybus.chassis;

import static io.trolleybus.testkit.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.trolleybus.model.NodeMessages.Breaker;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances of a service on one node: what is of the service, and what is of each. */
class InstancesTest {
    private static final String NAME = "greeter.name";
    private static final List<String> MIGRATIONS = List.of("io/trolleybus/testkit/migrations");
    private static final Principal ANN = Principal.user(new UUID(1, 2), List.of("customer"));

    private record GetName() {}

    private record Name(String owner) {}

    private TestPlatform platform;
    private TestService first;
    private TestService second;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
        Service greeter = context -> {
            var name = new Name(context.owner());
            context.endpoints().serve(NAME, GetName.class, (call, get) -> Future.succeededFuture(Reply.done(name)));
            return Future.succeededFuture();
        };
        ServiceModule module = TestPlatform.module("greeter", MIGRATIONS, () -> greeter);
        first = platform.deploy(module);
        second = platform.deployBeside(2, module, first.database());
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private String owner(TestService instance) {
        return await(instance.onLoop(context -> Future.succeededFuture(context.owner())));
    }

    private Future<Reply<Name>> askFrom(TestService caller) {
        return caller.onLoop(context -> context.client().call(NAME, platform.newCall(ANN), new GetName(), Name.class));
    }

    private List<String> loopsOf(String meter) {
        return platform.meters().find(meter).tag("service", "greeter").gauges().stream()
                .map(gauge -> String.valueOf(gauge.getId().getTag("loop")))
                .sorted()
                .toList();
    }

    private Map<String, String> checks() {
        return await(HealthReport.of(platform.node())).checks();
    }

    @Test
    void eachOwnsWhatItOwnsUnderANameOfItsOwnThatOutlivesARestart() {
        String node = platform.node().name();
        assertThat(owner(first)).isEqualTo(node);
        assertThat(owner(second)).isEqualTo(node + "/2");

        second.restart();

        assertThat(owner(second)).isEqualTo(node + "/2");
    }

    @Test
    void callersTakeThemInTurn() {
        List<Reply<Name>> answers = IntStream.range(0, 4)
                .mapToObj(call -> platform.call(NAME, ANN, new GetName(), Name.class))
                .toList();

        String node = platform.node().name();
        var one = Reply.done(new Name(node));
        var other = Reply.done(new Name(node + "/2"));
        assertThat(answers).containsExactlyInAnyOrder(one, one, other, other);
    }

    @Test
    void eachHasGaugesOfItsOwnThatGoWithIt() {
        assertThat(loopsOf("trolleybus_bus_pending")).containsExactly("1", "2");

        second.stop();

        assertThat(loopsOf("trolleybus_bus_pending")).containsExactly("1");
    }

    @Test
    void eachHasChecksOfItsOwnThatGoWithIt() {
        assertThat(checks()).containsOnlyKeys("database/greeter", "database/greeter-2");

        first.stop();

        assertThat(checks()).containsOnlyKeys("database/greeter-2");
    }

    @Test
    void theBreakersOfEachAreSeen() {
        await(askFrom(first));
        await(askFrom(second));

        assertThat(platform.node().breakers().all())
                .extracting(Breaker::caller)
                .containsExactly("greeter", "greeter/2");
        assertThat(platform.meters().get("trolleybus_breaker_state").gauges())
                .extracting(Gauge::getId)
                .extracting(id -> id.getTag("caller"))
                .containsExactlyInAnyOrder("greeter", "greeter/2");
    }

    @Test
    void theirTimersAreOne() {
        List.of(first, second).forEach(caller -> await(askFrom(caller)));

        assertThat(platform.meters()
                        .get("trolleybus_endpoint")
                        .tag("address", NAME)
                        .timers())
                .singleElement()
                .satisfies(timer -> assertThat(timer.count()).isEqualTo(2));
    }
}
