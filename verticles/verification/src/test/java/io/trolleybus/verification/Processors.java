package io.trolleybus.verification;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Keeps the platform and those who put a load on it apart, by Linux's {@code taskset}: each side has a processor that
 * the other cannot take. While this is open this process runs on one of them only. Skips the test where there are no
 * two.
 */
final class Processors implements AutoCloseable {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";

    private final String all;
    private final int[] numbers;

    Processors() {
        assumeTrue(Files.exists(STATUS), "needs Linux");
        all = allowed();
        numbers = Stream.of(all.split(",", -1))
                .flatMapToInt(Processors::range)
                .limit(2)
                .toArray();
        assumeTrue(numbers.length == 2, "needs two processors");
        keepThisOn(Integer.toString(numbers[1]));
    }

    /** What a process is started by that is to run on the other processor, with all that it starts. */
    String[] other() {
        return new String[] {"taskset", "--cpu-list", Integer.toString(numbers[0])};
    }

    @Override
    public void close() {
        keepThisOn(all);
    }

    private static String allowed() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(ALLOWED))
                    .map(line -> line.substring(ALLOWED.length()).strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Such as 3, or 0-7. */
    private static IntStream range(String text) {
        String[] ends = text.split("-", -1);
        return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }

    /** All threads of this process; those that begin later follow who begins them. */
    private static void keepThisOn(String processors) {
        String me = Long.toString(ProcessHandle.current().pid());
        Tool.run("taskset", "--all-tasks", "--cpu-list", "--pid", processors, me);
    }
}
