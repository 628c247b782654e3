import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The processes that this run started and has not seen end: stopped, by their id, however the run ends. */
final class Children {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final Map<Long, Process> running = new ConcurrentHashMap<>();

    Process start(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            running.put(process.pid(), process);
            process.onExit().thenAccept(ended -> running.remove(ended.pid()));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the program printed, both streams; an exception when it failed or outlived the limit. */
    String output(ProcessBuilder builder, Duration limit) {
        Process process = start(builder.redirectErrorStream(true));
        Thread watchdog = new Thread(() -> killAfter(process, limit), "watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(builder.command().get(0) + " ended with " + status + ":\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    void stopAll() {
        running.values().forEach(Process::destroy);
        running.values().forEach(process -> killAfter(process, STOP_LIMIT));
    }

    private static void killAfter(Process process, Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
