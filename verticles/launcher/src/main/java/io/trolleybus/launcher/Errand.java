package io.trolleybus.launcher;

import io.trolleybus.chassis.Node;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** What a process joins a running cluster for, to leave it again when that is done. */
final class Errand {
    private final RunOptions run;
    private final Configuration configuration;

    Errand(RunOptions run) {
        this.run = run;
        this.configuration = run.configuration(Map.of());
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
