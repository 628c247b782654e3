package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keeps the platform and those who put a load on it apart, by Linux's {@code taskset}: each side has a processor that
 * the other cannot take. While this is open this process runs on the second one only.
 */
final class Processors implements AutoCloseable {
    private static final String FIRST = "0";
    private static final String SECOND = "1";

    /** What a process is started by that is to run on the first processor, with all that it starts. */
    static final String[] APART = {"taskset", "--cpu-list", FIRST};

    private final int count = Runtime.getRuntime().availableProcessors();

    Processors() {
        assertThat(count).as("processors").isGreaterThan(1);
        runOn(SECOND);
    }

    @Override
    public void close() {
        runOn(FIRST + "-" + (count - 1));
    }

    /** All threads of this process; those that begin later follow who begins them. */
    private static void runOn(String processors) {
        String me = Long.toString(ProcessHandle.current().pid());
        Tool.run("taskset", "--all-tasks", "--cpu-list", "--pid", processors, me);
    }
}
