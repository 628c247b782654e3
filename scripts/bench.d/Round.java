import java.util.Map;

/**
 * One round of each side. Figures per order are of the confirmed ones.
 *
 * @param yardstick orders per second of pgbench
 * @param orders what wrk saw
 * @param cpuMicros CPU per order in the measured window, by process
 * @param deferredMicros CPU per order that JVM and PostgreSQL used after the window, until they were at rest
 * @param restSeconds how long that took
 * @param activity commits and rows of the lead-in and the window together, by database
 * @param activityOrders the orders that {@code activity} is of
 */
record Round(
        double yardstick,
        Wrk.Result orders,
        Map<String, Double> cpuMicros,
        double deferredMicros,
        double restSeconds,
        double walBytes,
        Map<String, Double> batchSizes,
        Server.Activity activity,
        long activityOrders) {

    double ratio() {
        return orders.perSecond() / yardstick;
    }

    double commitsPerOrder() {
        return sum(activity.commits()) / activityOrders;
    }

    double rowsPerOrder() {
        return sum(activity.rows()) / activityOrders;
    }

    double fsyncsPerOrder() {
        return (double) activity.walFsyncs() / activityOrders;
    }

    private static double sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
