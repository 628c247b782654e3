package io.trolleybus.launcher;

import io.trolleybus.chassis.TraceLog;
import java.util.HashMap;
import java.util.Map;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.util.ContextDataProvider;

/**
 * Gives every log line of this process the node's name, and a service's name to those that no service wrote. Log4j
 * finds it as a service of that type and asks it for each line, on the thread that logs.
 */
public final class LogFields implements ContextDataProvider {
    /** What is no service's own belongs to it. */
    static final String PLATFORM = "trolleybus";

    private static final String NODE_NAME = "service.node.name";

    private static volatile Map<String, String> ofPlatform = Map.of(TraceLog.SERVICE_NAME, PLATFORM);
    private static volatile Map<String, String> ofServices = Map.of();

    /** From now on each line names the node. A process is one node, so this is for all of it. */
    static void nameNode(String node) {
        Map<String, String> named = new HashMap<>(Map.of(NODE_NAME, node));
        ofServices = Map.copyOf(named);
        named.put(TraceLog.SERVICE_NAME, PLATFORM);
        ofPlatform = Map.copyOf(named);
    }

    @Override
    public Map<String, String> supplyContextData() {
        return ThreadContext.containsKey(TraceLog.SERVICE_NAME) ? ofServices : ofPlatform;
    }
}
