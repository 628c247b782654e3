import java.nio.file.Path;
import java.util.Optional;

/** What the command line may change. Times in seconds. */
record Options(
        int rounds,
        int seconds,
        int leadInSeconds,
        int warmUpSeconds,
        int connections,
        int customers,
        int products,
        int processes,
        Optional<Path> json) {
    static final String USAGE = """
        usage: scripts/bench [options]
          --rounds N       measured rounds of each side, alternating (3)
          --seconds N      length of a measured round (15)
          --lead-in N      length of the unmeasured round before each (4)
          --warm-up N      at most so long with 8 connections until the rate is flat (120)
          --connections N  connections of wrk (64)
          --customers N    customers whose tokens the orders use (32)
          --products N     size of the catalogue, even (10000)
          --processes N    1, everything in one, or 3: the gateway, order, and the other services (1)
          --json FILE      also write every figure to FILE
        """;

    private static final Options DEFAULTS = new Options(3, 15, 4, 120, 64, 32, 10_000, 1, Optional.empty());

    /** @throws IllegalArgumentException naming the option that is unknown or has an impossible value */
    static Options parse(String[] args) {
        Options options = DEFAULTS;
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value, or is unknown");
            }
            options = options.with(args[i], args[i + 1]);
        }
        if (options.products % 2 != 0) {
            throw new IllegalArgumentException("--products must be even: the two lines draw from its two halves");
        }
        return options;
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--rounds" -> copy(number(name, value, 1, 100), seconds, leadInSeconds, warmUpSeconds);
            case "--seconds" -> copy(rounds, number(name, value, 1, 600), leadInSeconds, warmUpSeconds);
            case "--lead-in" -> copy(rounds, seconds, number(name, value, 1, 60), warmUpSeconds);
            case "--warm-up" -> copy(rounds, seconds, leadInSeconds, number(name, value, 5, 600));
            case "--connections" -> load(number(name, value, 2, 1024), customers, products);
            case "--customers" -> load(connections, number(name, value, 1, 500), products);
            case "--products" -> load(connections, customers, number(name, value, 2, 99_998));
            case "--processes" -> platform(processes(value), json);
            case "--json" -> platform(processes, Optional.of(Path.of(value)));
            default -> throw new IllegalArgumentException("unknown option " + name);
        };
    }

    private Options copy(int rounds, int seconds, int leadInSeconds, int warmUpSeconds) {
        return new Options(rounds, seconds, leadInSeconds, warmUpSeconds, connections, customers, products, processes, json);
    }

    private Options load(int connections, int customers, int products) {
        return new Options(rounds, seconds, leadInSeconds, warmUpSeconds, connections, customers, products, processes, json);
    }

    private Options platform(int processes, Optional<Path> json) {
        return new Options(rounds, seconds, leadInSeconds, warmUpSeconds, connections, customers, products, processes, json);
    }

    private static int processes(String value) {
        if (!value.equals("1") && !value.equals("3")) {
            throw new IllegalArgumentException("--processes takes 1 or 3, not " + value);
        }
        return Integer.parseInt(value);
    }

    private static int number(String name, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, together with the range.
        }
        throw new IllegalArgumentException(name + " takes a number from " + least + " to " + most + ", not " + value);
    }
}
