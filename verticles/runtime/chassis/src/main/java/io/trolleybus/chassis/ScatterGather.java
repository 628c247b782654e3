package io.trolleybus.chassis;

import io.trolleybus.chassis.ServiceDirectory.Instance;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Asks every instance that answers an address, all at once. Those that have not answered by the call's deadline, or
 * refuse to, are named, and do not spoil what the others said. For one event loop.
 */
public final class ScatterGather {
    private static final Logger LOG = LogManager.getLogger(ScatterGather.class);

    private final ServiceDirectory directory;
    private final GuardedClient client;

    /** What the instance on one node answered. */
    public record Answer<R>(String node, R result) {}

    /**
     * @param answers in the order of the nodes' names
     * @param silent the nodes whose instance gave no answer, in order
     */
    public record Gathered<R>(List<Answer<R>> answers, List<String> silent) {}

    /** @param client for the same event loop */
    public ScatterGather(ServiceDirectory directory, GuardedClient client) {
        this.directory = directory;
        this.client = client;
    }

    /** Fails with {@link UnavailableException} if nobody answers at all. */
    public <R> Future<Gathered<R>> ask(String address, Call call, Object query, Class<R> result) {
        List<Instance> instances = directory.answering(address).stream()
                .sorted(Comparator.comparing(Instance::node))
                .toList();
        List<Future<R>> asked = instances.stream()
                .map(instance ->
                        client.ask(instance, address, call, query, result).compose(ScatterGather::resultOf))
                .toList();
        return Future.join(asked).transform(joined -> gathered(address, instances, asked));
    }

    private static <R> Future<R> resultOf(Reply<R> reply) {
        return reply.fold(
                Future::succeededFuture, refusal -> Future.failedFuture(new IllegalStateException(refusal.detail())));
    }

    private static <R> Future<Gathered<R>> gathered(String address, List<Instance> instances, List<Future<R>> asked) {
        List<Answer<R>> answers = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            String node = instances.get(i).node();
            Future<R> answer = asked.get(i);
            if (answer.succeeded()) {
                answers.add(new Answer<>(node, answer.result()));
            } else {
                LOG.debug("{} on {} gave no answer", address, node, answer.cause());
                silent.add(node);
            }
        }
        return answers.isEmpty()
                ? Future.failedFuture(new UnavailableException("nobody answers " + address))
                : Future.succeededFuture(new Gathered<>(answers, silent));
    }
}
