package io.trolleybus.verification;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** A running platform, seen by whoever may reach its machine. */
interface Platform extends AutoCloseable {

    /**
     * The platform given by address, else a new one, which belongs to whoever asked and may be harmed: one process, or
     * a cluster if {@code trolleybus.platform} says so.
     */
    static Platform ready(String name) {
        return ready(name, Map.of());
    }

    /** @param environment what else gateways are told, of a platform that is new */
    static Platform ready(String name, Map<String, String> environment) {
        if (RemotePlatform.isGiven()) {
            return new RemotePlatform();
        }
        return System.getProperty("trolleybus.platform", "").equals("cluster")
                ? ClusterPlatform.fresh(name + "-cluster", environment)
                : PlatformProcess.fresh(name, environment).start();
    }

    /** Every public address; each answers for the whole. */
    List<URI> gateways();

    URI management();

    /** The management port of each process. */
    default List<URI> managements() {
        return List.of(management());
    }

    /** The simulated payment provider, which keeps its own books. */
    URI provider();

    /** The services' databases with their credentials. */
    Databases databases();

    /** What the platform has logged so far. */
    LogLines log();

    /** Ends a process of the platform as a power cut would, and returns when the platform is ready again. */
    void crashAndReturn();

    /** Ends what the tests started, and nothing else. */
    @Override
    void close();
}
