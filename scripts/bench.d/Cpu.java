import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * CPU time used so far, in microseconds: by the JVMs, by PostgreSQL with all its processes, and by the tools (wrk,
 * pgbench) that have ended. Read from /proc, in steps of 10 ms.
 */
record Cpu(long jvmMicros, long postgresMicros, long toolsMicros) {
    /** USER_HZ, which Linux fixes at 100 for what it shows to programs. */
    private static final long MICROS_PER_TICK = 10_000;

    static Cpu now(List<Long> jvmPids, long postmasterPid) {
        return new Cpu(
                jvmPids.stream().mapToLong(pid -> own(stat(pid))).sum(),
                family(postmasterPid),
                reaped(stat(ProcessHandle.current().pid())));
    }

    Cpu since(Cpu earlier) {
        return new Cpu(
                jvmMicros - earlier.jvmMicros,
                postgresMicros - earlier.postgresMicros,
                toolsMicros - earlier.toolsMicros);
    }

    /** The postmaster, the children it has waited for, and those alive. */
    private static long family(long postmasterPid) {
        Optional<List<Long>> postmaster = stat(postmasterPid);
        long sum = own(postmaster) + reaped(postmaster);
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            List<Long> pids = processes
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .toList();
            for (long pid : pids) {
                Optional<List<Long>> child = stat(pid).filter(fields -> fields.get(0) == postmasterPid);
                sum += own(child) + reaped(child);
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long own(Optional<List<Long>> stat) {
        return stat.map(fields -> (fields.get(10) + fields.get(11)) * MICROS_PER_TICK)
                .orElse(0L);
    }

    private static long reaped(Optional<List<Long>> stat) {
        return stat.map(fields -> (fields.get(12) + fields.get(13)) * MICROS_PER_TICK)
                .orElse(0L);
    }

    /**
     * The fields from the parent's id on (field 4 in proc(5)), empty when the process is gone. They are counted from
     * the last parenthesis, since the program's name before it may hold anything.
     */
    private static Optional<List<Long>> stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = line.substring(line.lastIndexOf(')') + 4).trim().split(" ");
            return Optional.of(Arrays.stream(fields, 0, 14).map(Long::valueOf).toList());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
