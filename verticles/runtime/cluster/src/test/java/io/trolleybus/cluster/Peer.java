package io.trolleybus.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process on the bus that answers what it is asked with its own name. */
final class Peer implements AutoCloseable {
    private static final long LIMIT_S = 30;
    private static final long ANSWER_MS = 3_000;
    private static final int REPETITIONS = 4;

    private final String name;
    private final String everybody;
    private final Vertx vertx;

    private Peer(String name, String everybody, Vertx vertx) {
        this.name = name;
        this.everybody = everybody;
        this.vertx = vertx;
    }

    /** @param others the port of each other member that is known */
    record Place(String cluster, int memberPort, int busPort, List<Integer> others) {
        ClusterSettings with(@Nullable BusTls tls) {
            List<String> members =
                    others.stream().map(port -> "127.0.0.1:" + port).toList();
            return new ClusterSettings(
                    cluster, "127.0.0.1", memberPort, busPort, new MemberDiscovery.Addresses(members), 1, tls);
        }
    }

    /** @param everybody the address that all peers answer, beside one of their own */
    static Peer join(String name, String everybody, ClusterSettings settings) throws Exception {
        var options = new VertxOptions();
        Cluster.Joined joined = Cluster.join(settings, Vertx.builder(), options).await(LIMIT_S, TimeUnit.SECONDS);
        return new Peer(name, everybody, joined.vertx());
    }

    /** Returns when the whole cluster can know of it. */
    void listen(Consumer<String> heard) throws Exception {
        for (String address : List.of(everybody, at(name))) {
            vertx.eventBus()
                    .<String>consumer(address, message -> {
                        heard.accept(message.body());
                        message.reply(name);
                    })
                    .completion()
                    .await(LIMIT_S, TimeUnit.SECONDS);
        }
    }

    void tellEverybody(String text) {
        vertx.eventBus().publish(everybody, text);
    }

    /** What comes of asking a peer: its name, or the kind of failure. */
    String ask(String peer, String text) throws Exception {
        return request(at(peer), text);
    }

    /** The same, again where no answer came: on a busy machine a new connection takes its time. */
    String askPatiently(String peer, String text) throws Exception {
        String answer = ask(peer, text);
        for (int again = 0; again < REPETITIONS && answer.equals(ReplyFailure.TIMEOUT.name()); again++) {
            answer = ask(peer, text);
        }
        return answer;
    }

    /** What comes of asking one after the other, whoever is next. */
    String askAnybody(String text) throws Exception {
        return request(everybody, text);
    }

    private String request(String address, String text) throws Exception {
        Future<String> answer = vertx.eventBus()
                .<String>request(address, text, new DeliveryOptions().setSendTimeout(ANSWER_MS))
                .map(Message::body)
                .recover(failure -> Future.succeededFuture(
                        failure instanceof ReplyException refused
                                ? refused.failureType().name()
                                : failure.toString()));
        return answer.await(LIMIT_S, TimeUnit.SECONDS);
    }

    private String at(String peer) {
        return everybody + '@' + peer;
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(LIMIT_S, TimeUnit.SECONDS);
    }
}
