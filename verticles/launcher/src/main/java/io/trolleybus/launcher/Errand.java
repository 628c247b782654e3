package io.trolleybus.launcher;

import io.trolleybus.chassis.Node;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** What a process joins a running cluster for, to leave it again when that is done. */
final class Errand {
    private static final String PORT = "cluster.port";
    private static final String BUS_PORT = "cluster.bus-port";

    private final RunOptions run;
    private final Configuration configuration;

    /** Listens on free ports unless it is told others, since the usual ones are those of a node beside it. */
    Errand(RunOptions run) {
        this.run = run;
        Configuration given = run.configuration(Map.of());
        this.configuration = given.isExplicit(PORT) || given.isExplicit(BUS_PORT)
                ? given
                : run.configuration(Map.of(
                        PORT, Integer.toString(PortOccupant.anyFreePort()),
                        BUS_PORT, Integer.toString(PortOccupant.anyFreePort())));
    }

    Configuration configuration() {
        return configuration;
    }

    /**
     * @param name of this process, in the cluster
     * @param errand is called on an event loop; what it completes with is told to whoever started this
     */
    void run(String name, Function<Node, Future<String>> errand) throws Exception {
        NodeSettings.Member member = NodeSettings.Member.from(configuration);
        run.once((stopOrder, progress) -> {
            LogFields.nameNode(name);
            progress.accept("Joining the cluster " + member.cluster().name());
            NodeRuntime runtime = NodeRuntime.start(stopOrder, name, member.secret(), member.cluster());
            var done = new AtomicReference<String>();
            runtime.await(() -> errand.apply(runtime.node()).onSuccess(done::set));
            progress.accept(done.get());
        });
    }
}
