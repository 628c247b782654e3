import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The yardstick: 32 clients, each sending the order's statements one by one in a transaction. */
final class Pgbench {
    private static final int CLIENTS = 32;
    private static final int THREADS = 2;
    private static final Duration START_AND_STOP = Duration.ofSeconds(20);
    private static final Pattern RATE = Pattern.compile("^tps = ([0-9.]+)", Pattern.MULTILINE);
    private static final Pattern FAILED = Pattern.compile("failed transactions: ([0-9]+)");
    private static final Pattern ABORTED = Pattern.compile("client \\d+ aborted");

    private final Children children;
    private final Path program;
    private final Path script;
    private final int port;
    private final String password;

    Pgbench(Children children, Path program, Path script, int port, String password) {
        this.children = children;
        this.program = program;
        this.script = script;
        this.port = port;
        this.password = password;
    }

    /** Transactions per second; an exception if a single one failed, since then the comparison means nothing. */
    double ordersPerSecond(int seconds) {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                program.toString(),
                "--no-vacuum",
                "--protocol=prepared",
                "--client=" + CLIENTS,
                "--jobs=" + THREADS,
                "--time=" + seconds,
                "--file=" + script,
                "--host=127.0.0.1",
                "--port=" + port,
                "--username=" + Server.SUPERUSER,
                Server.YARDSTICK));
        builder.environment().put("PGPASSWORD", password);
        String output = children.output(builder, START_AND_STOP.plusSeconds(seconds));
        Matcher rate = RATE.matcher(output);
        Matcher failed = FAILED.matcher(output);
        boolean isFailed = failed.find() && !failed.group(1).equals("0");
        if (!rate.find() || isFailed || ABORTED.matcher(output).find()) {
            throw new IllegalStateException("pgbench did not run clean:\n" + output);
        }
        return Double.parseDouble(rate.group(1));
    }
}
