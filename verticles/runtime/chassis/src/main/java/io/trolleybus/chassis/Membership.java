package io.trolleybus.chassis;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** The processes that share one bus, as this one sees them. */
public interface Membership {
    /** How the names of those shared maps begin which hold counters, and are forgotten when they are not used. */
    String COUNTERS = "trolleybus.counters.";

    /** This process on the bus: another id after each start. */
    String self();

    /** To be called about once a second while this process runs, so that it notices when it did not. For any thread. */
    default void alive() {}

    /** How many they are, this one included; zero when it is not among them any more. For any thread. */
    int size();

    /**
     * Calls the handler, on whatever thread, with the id of each process that is lost from now on. A process that
     * cannot be reached any more is lost as well as one that ended.
     */
    void onLost(Consumer<String> handler);

    /** Whether those who send to any of the addresses are told of this process. Fails if that cannot be found out. */
    Future<Boolean> leadHere(List<String> addresses);

    /** Of a process whose bus reaches no further than itself. */
    static Membership alone() {
        return new Membership() {
            @Override
            public String self() {
                return "alone";
            }

            @Override
            public int size() {
                return 1;
            }

            @Override
            public void onLost(Consumer<String> handler) {
                // Nobody else is there to be lost.
            }

            @Override
            public Future<Boolean> leadHere(List<String> addresses) {
                return Future.succeededFuture(true);
            }
        };
    }
}
