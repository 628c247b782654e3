package io.trolleybus.chassis;

import static io.trolleybus.testkit.Futures.await;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.servicediscovery.Record;
import io.vertx.servicediscovery.ServiceDiscovery;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The directory, and what the guarded client makes of it. Two processes are played on one bus. */
class ServiceDirectoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ADDRESS = "echo.say";

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final Tracing tracing = new Tracing(OpenTelemetry.noop().getTracer("test"));
    private final Meters meters = new Meters(new SimpleMeterRegistry(), 1);

    private final Instant start = Instant.now();
    private volatile Duration ahead = Duration.ZERO;

    /** Of the process that looks: twice as fast as that of the others. */
    private final InstantSource clock = () ->
            start.plus(Duration.between(start, Instant.now()).multipliedBy(2).plus(ahead));

    private final Peers peers = new Peers();
    private final ServiceDirectory directory;
    private final List<Predicate<ServiceDirectory.Instance>> losses = new CopyOnWriteArrayList<>();

    ServiceDirectoryTest() {
        PayloadCodec.register(vertx);
        directory = new ServiceDirectory(vertx, peers, clock);
        directory.onLost(losses::add);
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    /** What a process is told of the others, by the test. */
    private static final class Peers implements Membership {
        private final List<Consumer<String>> handlers = new ArrayList<>();

        @Override
        public String self() {
            return "here";
        }

        @Override
        public int size() {
            return 2;
        }

        @Override
        public void onLost(Consumer<String> handler) {
            handlers.add(handler);
        }

        @Override
        public Future<Boolean> leadHere(List<String> addresses) {
            return Future.succeededFuture(true);
        }

        void lose(String member) {
            handlers.forEach(handler -> handler.accept(member));
        }
    }

    /** Another process on the bus, with a directory and endpoints of its own. */
    private final class Peer {
        private final ServiceDirectory own;
        private final Endpoints endpoints;
        private final String instance = UUID.randomUUID().toString();
        private final String node;
        private final AtomicInteger asked = new AtomicInteger();
        private String registration = "";

        Peer(String member) {
            node = "node-" + member;
            own = new ServiceDirectory(vertx, memberOf(member), InstantSource.system());
            endpoints =
                    new Endpoints(vertx, "echo", instance, new Seal("secret"), tracing, meters, InstantSource.system());
        }

        private static Membership memberOf(String name) {
            return new Membership() {
                @Override
                public String self() {
                    return name;
                }

                @Override
                public int size() {
                    return 2;
                }

                @Override
                public void onLost(Consumer<String> handler) {
                    // This one loses nobody.
                }

                @Override
                public Future<Boolean> leadHere(List<String> addresses) {
                    return Future.succeededFuture(true);
                }
            };
        }

        Peer answering(Supplier<Future<Reply<String>>> answer) {
            endpoints.serve(ADDRESS, String.class, (call, command) -> {
                asked.incrementAndGet();
                return answer.get();
            });
            await(onLoop(endpoints::open));
            registration = await(own.publish("echo", instance, node, "1", endpoints.addresses()));
            return this;
        }
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(turn -> work.get().onComplete(done));
        return done.future();
    }

    private GuardedClient client() {
        return await(onLoop(() -> Future.succeededFuture(new GuardedClient(
                vertx,
                "test",
                directory,
                new Seal("secret"),
                tracing,
                new Breakers(vertx, "test", meters.registry(), InstantSource.system()).of("test"),
                InstantSource.system(),
                new Random()))));
    }

    private static Call call(Duration limit) {
        long deadlineMs = Instant.now().plus(limit).toEpochMilli();
        return new Call(UUID.randomUUID(), deadlineMs, Trace.root(new Random(), false), Principal.service("test"));
    }

    private void awaitKnown(int count) {
        await().atMost(PATIENCE).until(() -> directory.answering(ADDRESS).size() == count);
    }

    @Test
    void anInstanceIsKnownUntilItWithdraws() {
        Peer peer = new Peer("a").answering(() -> Future.succeededFuture(Reply.done("yes")));
        awaitKnown(1);
        assertThat(directory.instances()).singleElement().satisfies(instance -> {
            assertThat(instance.service()).isEqualTo("echo");
            assertThat(instance.member()).isEqualTo("a");
            assertThat(instance.leaseUntil()).isAfter(Instant.now());
        });

        await(peer.own.withdraw(peer.registration));

        awaitKnown(0);
        assertThat(losses).isEmpty();
    }

    @Test
    void aLeaseIsRenewedFromWhereverTheInstanceRuns() {
        new Peer("a").answering(() -> Future.succeededFuture(Reply.done("yes")));
        awaitKnown(1);
        Instant first = directory.instances().get(0).leaseUntil();

        await().atMost(PATIENCE)
                .until(() ->
                        directory.instances().get(0).leaseUntil().isAfter(first.plusMillis(ServiceDirectory.LEASE_MS)));
        assertThat(losses).isEmpty();
    }

    @Test
    void anInstanceThatIsSilentForLongerThanItsLeaseIsDroppedAndComesBackWhenItIsHeardOfAgain() {
        ServiceDiscovery discovery = ServiceDiscovery.create(vertx);
        Record record = await(discovery.publish(recordOf("silent")));
        awaitKnown(1);
        ServiceDirectory.Instance silent = directory.instances().get(0);

        awaitKnown(0);

        // First it is no longer called, then those who wait for it are told.
        await().atMost(PATIENCE).until(() -> !losses.isEmpty());
        assertThat(losses).singleElement().satisfies(isLost -> assertThat(isLost.test(silent))
                .isTrue());
        record.getMetadata().put("renewal", 1L);
        await(discovery.update(record));
        awaitKnown(1);
        // The record of who is silent for a second lease is taken away.
        await().atMost(PATIENCE)
                .until(() -> await(discovery.getRecords(any -> true)).isEmpty());
    }

    @Test
    void aRecordThatCannotBeReadHidesNoOther() {
        ServiceDiscovery discovery = ServiceDiscovery.create(vertx);
        Record strange = recordOf("strange");
        strange.getMetadata().remove("since");
        await(discovery.publish(strange));

        new Peer("a").answering(() -> Future.succeededFuture(Reply.done("yes")));

        awaitKnown(1);
        assertThat(directory.instances()).singleElement().matches(instance -> instance.member()
                .equals("a"));
    }

    @Test
    void aProcessThatStoodStillTakesNobodyForLost() {
        new Peer("a").answering(() -> Future.succeededFuture(Reply.done("yes")));
        awaitKnown(1);

        ahead = Duration.ofMinutes(5);

        Instant woken = clock.instant();
        await().atMost(PATIENCE)
                .until(() -> directory.instances().get(0).leaseUntil().isAfter(woken.plusSeconds(10)));
        assertThat(losses).isEmpty();
        assertThat(directory.answering(ADDRESS)).hasSize(1);
    }

    @Test
    void aRecordThatSomebodyTookAwayByMistakeIsPutBackByItsOwner() {
        ServiceDiscovery discovery = ServiceDiscovery.create(vertx);
        Peer peer = new Peer("a").answering(() -> Future.succeededFuture(Reply.done("yes")));
        awaitKnown(1);

        await(discovery.unpublish(peer.registration));

        assertThat(peer.own.answering(ADDRESS)).hasSize(1);
        await().atMost(PATIENCE)
                .until(() -> await(discovery.getRecords(any -> true)).size() == 1);
        awaitKnown(1);
    }

    /** As a process would publish that then hangs. */
    private static Record recordOf(String instance) {
        return new Record()
                .setName("echo")
                .setType("trolleybus-service")
                .setLocation(new JsonObject().put(Record.ENDPOINT, instance))
                .setMetadata(new JsonObject()
                        .put("node", "node-" + instance)
                        .put("member", "a")
                        .put("version", "1")
                        .put("addresses", new JsonArray(List.of(ADDRESS)))
                        .put("since", Instant.now().toString())
                        .put("renewal", 0L));
    }

    @Test
    void theInstancesOfALostProcessAreDroppedAtOnce() {
        new Peer("a").answering(() -> Future.succeededFuture(Reply.done("yes")));
        Peer other = new Peer("b").answering(() -> Future.succeededFuture(Reply.done("yes")));
        awaitKnown(2);

        peers.lose("a");

        assertThat(directory.answering(ADDRESS))
                .extracting(ServiceDirectory.Instance::id)
                .containsExactly(other.instance);
        assertThat(losses).singleElement().satisfies(isLost -> assertThat(
                        isLost.test(directory.instances().get(0)))
                .isFalse());
    }

    @Test
    void whoWaitsForALostInstanceGetsItsAnswerFromAnother() {
        new Peer("a").answering(() -> Promise.<Reply<String>>promise().future());
        awaitKnown(1);
        GuardedClient client = client();
        Future<Reply<String>> answer =
                onLoop(() -> client.callRepeatedly(ADDRESS, call(PATIENCE), "hello", String.class));
        await().atMost(PATIENCE).until(() -> !answer.isComplete());
        new Peer("b").answering(() -> Future.succeededFuture(Reply.done("from b")));
        awaitKnown(2);

        long lostNs = System.nanoTime();
        peers.lose("a");

        assertThat(await(answer)).isEqualTo(Reply.done("from b"));
        assertThat(Duration.ofNanos(System.nanoTime() - lostNs)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void whatMayNotBeRepeatedFailsWhenItsInstanceIsLost() {
        Peer peer =
                new Peer("a").answering(() -> Promise.<Reply<String>>promise().future());
        awaitKnown(1);
        GuardedClient client = client();
        Future<Reply<String>> answer = onLoop(() -> client.call(ADDRESS, call(PATIENCE), "hello", String.class));
        await().atMost(PATIENCE).until(() -> peer.asked.get() == 1);
        // Another process saw the loss first, and had the record removed.
        await(peer.own.withdraw(peer.registration));
        awaitKnown(0);

        peers.lose("a");

        assertThat(awaitFailure(answer)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void aRepetitionGoesToAnotherInstance() {
        Peer broken = new Peer("a")
                .answering(() -> Future.failedFuture(new UnavailableException("its database is out of reach")));
        Peer sound = new Peer("b").answering(() -> Future.succeededFuture(Reply.done("yes")));
        awaitKnown(2);
        GuardedClient client = client();

        for (int i = 0; i < 8; i++) {
            var answer = onLoop(() -> client.callRepeatedly(ADDRESS, call(PATIENCE), "hello", String.class));
            assertThat(await(answer)).isEqualTo(Reply.done("yes"));
        }

        assertThat(sound.asked).hasValue(8);
        // Never twice in one call.
        assertThat(broken.asked.get()).isBetween(1, 8);
    }

    @Test
    void aRepetitionGoesToAnotherNodeRatherThanToAnotherInstanceOnTheSame() {
        List<Peer> broken = Stream.generate(() -> new Peer("a")
                        .answering(() -> Future.failedFuture(new UnavailableException("its network is down"))))
                .limit(2)
                .toList();
        Peer sound = new Peer("b").answering(() -> Future.succeededFuture(Reply.done("yes")));
        awaitKnown(3);
        GuardedClient client = client();

        for (int i = 0; i < 8; i++) {
            var answer = onLoop(() -> client.callRepeatedly(ADDRESS, call(PATIENCE), "hello", String.class));
            assertThat(await(answer)).isEqualTo(Reply.done("yes"));
        }

        assertThat(sound.asked).hasValue(8);
        // Never both in one call.
        assertThat(broken.stream().mapToInt(peer -> peer.asked.get()).sum()).isBetween(1, 8);
    }

    @Test
    void anInstanceWhoseBreakerIsOpenIsPassedOver() {
        Peer broken = new Peer("a")
                .answering(() -> Future.failedFuture(new UnavailableException("its database is out of reach")));
        Peer sound = new Peer("b").answering(() -> Future.succeededFuture(Reply.done("yes")));
        awaitKnown(2);
        GuardedClient client = client();

        for (int i = 0; i < 100; i++) {
            onLoop(() -> client.call(ADDRESS, call(PATIENCE), "hello", String.class));
        }

        await().atMost(PATIENCE).until(() -> sound.asked.get() > 40);
        assertThat(broken.asked.get()).isLessThan(51);
        for (int i = 0; i < 10; i++) {
            assertThat(await(onLoop(() -> client.call(ADDRESS, call(PATIENCE), "hello", String.class))))
                    .isEqualTo(Reply.done("yes"));
        }
    }

    @Test
    void whileOneCallTriesAnInstanceAgainTheOthersGoElsewhere() {
        var hanging = new AtomicBoolean();
        Peer broken = new Peer("a")
                .answering(() -> hanging.get()
                        ? Promise.<Reply<String>>promise().future()
                        : Future.failedFuture(new UnavailableException("its database is out of reach")));
        new Peer("b").answering(() -> Future.succeededFuture(Reply.done("yes")));
        awaitKnown(2);
        GuardedClient client = client();
        await().atMost(PATIENCE).until(() -> {
            int before = broken.asked.get();
            await(Future.join(Stream.generate(() -> yes(client)).limit(20).toList())
                    .otherwiseEmpty());
            return broken.asked.get() == before;
        });
        hanging.set(true);
        int before = broken.asked.get();

        // Until one of them is the one that tries.
        List<Future<Reply<String>>> answers = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            answers.add(yes(client));
            return broken.asked.get() > before;
        });
        for (int i = 0; i < 20; i++) {
            answers.add(yes(client));
        }

        await().atMost(PATIENCE)
                .until(() -> answers.stream().filter(Future::succeeded).count() == answers.size() - 1);
        assertThat(broken.asked).hasValue(before + 1);
    }

    private Future<Reply<String>> yes(GuardedClient client) {
        return onLoop(() -> client.call(ADDRESS, call(PATIENCE), "hello", String.class));
    }
}
