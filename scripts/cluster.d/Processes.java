import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Starts and watches processes that outlive this script. */
final class Processes {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int LOG_LINES_SHOWN = 20;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build();
    private final Path jar;
    private final Path logs;

    /** @param jar a copy, which no build pulls from under the processes */
    Processes(Path jar, Path logs) {
        this.jar = jar;
        this.logs = logs;
    }

    /** Starts the program, its output appended to the member's log; it goes on when the terminal is closed. */
    Process start(String name, List<String> arguments, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of("nohup", "scripts/lib/launch", jar.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TROLLEYBUS_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    Path log(String name) {
        return logs.resolve(name + ".log");
    }

    /** Whether GET answers with 200. */
    boolean answers(String url) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER_LIMIT).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Blocks until GET answers with 200; an exception with the last log lines when the process ends before. */
    void awaitAnswer(Member member, String url, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!answers(url)) {
            if (member.process().isEmpty()) {
                throw new IllegalStateException(member.name() + " ended before it was ready:\n" + tail(member.name()));
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        member.name() + " was not ready after " + limit.toSeconds() + " s:\n" + tail(member.name()));
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    /** Ends them all at once, in order or else by force. */
    static void stop(List<Member> members, Duration limit) throws IOException, InterruptedException {
        List<ProcessHandle> running =
                members.stream().flatMap(member -> member.process().stream()).toList();
        for (ProcessHandle process : running) {
            process.destroy();
            // A process that is paused takes no SIGTERM until it goes on.
            signal(process, "CONT");
        }
        for (ProcessHandle process : running) {
            try {
                process.onExit().get(limit.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException tooSlow) {
                process.destroyForcibly();
                process.onExit().join();
            }
        }
    }

    /** Does nothing if the process has ended meanwhile. */
    static void signal(ProcessHandle process, String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .start();
        if (kill.waitFor() != 0 && process.isAlive()) {
            throw new IllegalStateException("could not send " + signal + " to process " + process.pid());
        }
    }

    private String tail(String name) {
        try {
            List<String> lines = Files.readAllLines(log(name), StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            return "(no log)";
        }
    }
}
