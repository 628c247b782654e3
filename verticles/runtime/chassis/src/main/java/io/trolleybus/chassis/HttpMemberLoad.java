package io.trolleybus.chassis;

import java.util.HashMap;
import java.util.Map;

/**
 * How many requests are under way to members that speak HTTP, whose answers are held whole: in all, to one service, and
 * of one principal. For one event loop.
 */
final class HttpMemberLoad {
    static final int MOST = 32;
    static final int MOST_TO_ONE_SERVICE = 16;
    private static final int MOST_OF_ONE_PRINCIPAL = 8;

    private final Map<String, Integer> toService = new HashMap<>();
    private final Map<String, Integer> ofPrincipal = new HashMap<>();
    private int all;

    /** Whether one more may be sent; if so it counts until {@link #remove}. */
    boolean add(String service, String principal) {
        if (all >= MOST
                || toService.getOrDefault(service, 0) >= MOST_TO_ONE_SERVICE
                || ofPrincipal.getOrDefault(principal, 0) >= MOST_OF_ONE_PRINCIPAL) {
            return false;
        }
        all++;
        toService.merge(service, 1, Integer::sum);
        ofPrincipal.merge(principal, 1, Integer::sum);
        return true;
    }

    void remove(String service, String principal) {
        all--;
        removeOne(service, toService);
        removeOne(principal, ofPrincipal);
    }

    private static void removeOne(String name, Map<String, Integer> numbers) {
        numbers.computeIfPresent(name, (same, number) -> number == 1 ? null : number - 1);
    }
}
