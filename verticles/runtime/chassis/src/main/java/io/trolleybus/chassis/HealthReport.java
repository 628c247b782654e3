package io.trolleybus.chassis;

import io.vertx.core.Future;
import io.vertx.ext.healthchecks.CheckResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a node is well, now.
 *
 * @param status {@link #UP} or {@link #DOWN}
 * @param checks the same for each of its checks, such as {@code database/order}
 */
public record HealthReport(String status, Map<String, String> checks) {
    public static final String UP = "UP";
    public static final String DOWN = "DOWN";

    /** Runs every check of the node, each for a second at most. */
    public static Future<HealthReport> of(Node node) {
        return node.health().checkStatus().map(HealthReport::of);
    }

    private static HealthReport of(CheckResult result) {
        Map<String, String> checks = new LinkedHashMap<>();
        collect("", children(result), checks);
        return new HealthReport(checks.containsValue(DOWN) ? DOWN : UP, checks);
    }

    private static void collect(String group, List<CheckResult> results, Map<String, String> checks) {
        for (CheckResult result : results) {
            String name = group + result.getId();
            if (children(result).isEmpty()) {
                checks.put(name, result.getUp() ? UP : DOWN);
            } else {
                collect(name + '/', children(result), checks);
            }
        }
    }

    private static List<CheckResult> children(CheckResult result) {
        List<CheckResult> children = result.getChecks();
        return children == null ? List.of() : children;
    }

    public boolean up() {
        return UP.equals(status);
    }
}
