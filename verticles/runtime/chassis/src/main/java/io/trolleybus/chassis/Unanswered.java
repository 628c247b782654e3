package io.trolleybus.chassis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Messages whose answer is awaited; for those that were sent to a lost instance, no longer. For one event loop. */
final class Unanswered {
    private final Set<Sent> all = new HashSet<>();

    /** Each is itself, whatever it is about. */
    private static final class Sent {
        final ServiceDirectory.Instance asked;
        final Promise<Payload> answer = Promise.promise();

        Sent(ServiceDirectory.Instance asked) {
            this.asked = asked;
        }
    }

    /** @return the answer, or its failure as soon as the instance is lost */
    Future<Payload> await(ServiceDirectory.Instance asked, Future<Payload> answer) {
        var sent = new Sent(asked);
        all.add(sent);
        answer.onComplete(sent.answer::tryComplete, sent.answer::tryFail);
        return sent.answer.future().onComplete(answered -> all.remove(sent));
    }

    void giveUp(Predicate<ServiceDirectory.Instance> isLost) {
        for (Sent one : Set.copyOf(all)) {
            if (isLost.test(one.asked)) {
                one.answer.tryFail(
                        new UnavailableException(one.asked.service() + " on " + one.asked.node() + " is lost"));
            }
        }
    }
}
