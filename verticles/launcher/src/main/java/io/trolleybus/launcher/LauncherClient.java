package io.trolleybus.launcher;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.EnsureOperator;
import io.trolleybus.model.UserMessages.User;
import io.vertx.core.Future;

/** What this program asks of the services, which may be starting still. For the event loop it is made on. */
final class LauncherClient {
    private static final String NAME = "launcher";
    private static final long LIMIT_MS = 20_000;

    private final Node node;
    private final GuardedClient client;

    LauncherClient(Node node) {
        this.node = node;
        this.client = node.client(NAME);
    }

    /** Fails with {@link StartupFailure} if that is refused, or if there is nobody to ask. */
    Future<User> ensureOperator(EnsureOperator operator) {
        return ask(UserMessages.ENSURE_OPERATOR, Principal.service(NAME), operator, User.class)
                .recover(cause -> Future.failedFuture(
                        cause instanceof UnavailableException || cause instanceof BusyException
                                ? new StartupFailure("no user service has answered: " + cause.getMessage(), cause)
                                : cause))
                .map(reply -> reply.fold(user -> user, refusal -> {
                    throw new StartupFailure("no operator " + operator.email() + " was made: " + refusal.detail());
                }));
    }

    <T> Future<Reply<T>> ask(String address, Principal principal, Object command, Class<T> answer) {
        long deadlineMs = node.clock().millis() + LIMIT_MS;
        var call = new Call(node.ids().get(), deadlineMs, Trace.root(node.random(), false), principal);
        return client.callRepeatedly(address, call, command, answer);
    }
}
