package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/**
 * One command of a neighbour of the order service, which answers it as the test says: at once, with a refusal, not at
 * all, or when the test lets it. Thread-safe.
 */
final class FakeEndpoint<C> {
    /** What becomes of one message, given what carrying it out does and answers. */
    @FunctionalInterface
    interface Behaviour {
        <R> Future<Reply<R>> answer(Supplier<Reply<R>> work);
    }

    static final Behaviour DO = new Behaviour() {
        @Override
        public <R> Future<Reply<R>> answer(Supplier<Reply<R>> work) {
            return Future.succeededFuture(work.get());
        }
    };

    /** Nothing is done, and the sender is not told. */
    static final Behaviour LOSE_MESSAGE = new Behaviour() {
        @Override
        public <R> Future<Reply<R>> answer(Supplier<Reply<R>> work) {
            return Future.failedFuture(new UnavailableException("the message is lost"));
        }
    };

    /** It is done, but the sender is not told. */
    static final Behaviour LOSE_REPLY = new Behaviour() {
        @Override
        public <R> Future<Reply<R>> answer(Supplier<Reply<R>> work) {
            return Future.succeededFuture(work.get())
                    .compose(lost -> Future.failedFuture(new UnavailableException("the reply is lost")));
        }
    };

    /** The payment provider was asked and could not. */
    static final Behaviour PROVIDER_FAILS = refuse(Refusal.of(Refusals.PROVIDER_FAILED, "the provider answered 503"));

    /** A message that arrived. */
    record Received<C>(UUID id, C command) {}

    final Queue<Received<C>> received = new ConcurrentLinkedDeque<>();
    private final Queue<Behaviour> next = new ConcurrentLinkedDeque<>();
    private volatile Behaviour behaviour = DO;

    void always(Behaviour wanted) {
        behaviour = wanted;
    }

    /** Only for the next message. */
    void once(Behaviour wanted) {
        next.add(wanted);
    }

    /** Holds the next message before it is carried out; completing the promise lets it go on. */
    Promise<Void> holdBefore() {
        Promise<Void> gate = Promise.promise();
        once(new Behaviour() {
            @Override
            public <R> Future<Reply<R>> answer(Supplier<Reply<R>> work) {
                return gate.future().map(open -> work.get());
            }
        });
        return gate;
    }

    /** Carries the next message out and holds its reply; completing the promise lets it go. */
    Promise<Void> holdAfter() {
        Promise<Void> gate = Promise.promise();
        once(new Behaviour() {
            @Override
            public <R> Future<Reply<R>> answer(Supplier<Reply<R>> work) {
                Reply<R> reply = work.get();
                return gate.future().map(reply);
            }
        });
        return gate;
    }

    static Behaviour refuse(Refusal refusal) {
        return new Behaviour() {
            @Override
            public <R> Future<Reply<R>> answer(Supplier<Reply<R>> work) {
                return Future.succeededFuture(Reply.refused(refusal));
            }
        };
    }

    <R> Future<Reply<R>> receive(Call call, C command, Supplier<Reply<R>> work) {
        received.add(new Received<>(call.id(), command));
        Behaviour now = next.poll();
        return (now == null ? behaviour : now).answer(work);
    }
}
