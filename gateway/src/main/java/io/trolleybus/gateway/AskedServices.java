package io.trolleybus.gateway;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.UnavailableException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The same question to several services, of each of which any instance can answer for all.
 *
 * @param answers by the service
 * @param silent those that did not answer in time, or are not there
 */
record AskedServices<T>(Map<String, T> answers, List<String> silent) {
    /** Fails if nobody answers, and with the first refusal. */
    static <T> Future<AskedServices<T>> ask(List<String> services, Function<String, Future<T>> question) {
        List<Future<T>> asked = services.stream().map(question).toList();
        return Future.join(asked).transform(joined -> gathered(services, asked));
    }

    private static <T> Future<AskedServices<T>> gathered(List<String> services, List<Future<T>> asked) {
        Map<String, T> answers = new LinkedHashMap<>();
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < services.size(); i++) {
            Future<T> answer = asked.get(i);
            if (answer.succeeded()) {
                answers.put(services.get(i), answer.result());
            } else if (isDown(answer.cause())) {
                silent.add(services.get(i));
            } else {
                return Future.failedFuture(answer.cause());
            }
        }
        return answers.isEmpty()
                ? Future.failedFuture(new UnavailableException("none of " + services + " answers"))
                : Future.succeededFuture(new AskedServices<>(answers, silent));
    }

    private static boolean isDown(Throwable cause) {
        return cause instanceof UnavailableException || cause instanceof BusyException;
    }
}
