import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The embedded PostgreSQL server, seen by its superuser. */
final class Server {
    static final String YARDSTICK = "yardstick";
    static final String SUPERUSER = "postgres";

    private static final String DURABLE = """
        select name, setting from pg_settings
        where name in ('fsync', 'synchronous_commit', 'full_page_writes') and setting <> 'on'\
        """;
    private static final String OVERRIDES = """
        select unnest(setconfig) from pg_db_role_setting\
        """;
    private static final String DATABASES = """
        select datname from pg_database where datallowconn and not datistemplate order by datname\
        """;
    private static final String ACTIVITY = """
        select datname, xact_commit, tup_inserted + tup_updated + tup_deleted
        from pg_stat_database join pg_database using (datname)
        where not datistemplate and datname not in ('postgres', 'yardstick')\
        """;
    private static final String WAL_FSYNCS = """
        select coalesce(sum(fsyncs), 0)::bigint from pg_stat_io where object = 'wal'\
        """;
    private static final String WAL_BYTES = """
        select (pg_current_wal_insert_lsn() - '0/0')::bigint\
        """;

    private final int port;
    private final String password;
    private final Connection connection;

    Server(int port, String password) throws SQLException {
        this.port = port;
        this.password = password;
        this.connection = connect("postgres");
    }

    /** Commits and written rows so far, by database, and the server's WAL fsyncs. PostgreSQL tells up to 10 s late. */
    record Activity(Map<String, Long> commits, Map<String, Long> rows, long walFsyncs) {
        Activity since(Activity earlier) {
            return new Activity(
                    minus(commits, earlier.commits), minus(rows, earlier.rows), walFsyncs - earlier.walFsyncs);
        }

        private static Map<String, Long> minus(Map<String, Long> now, Map<String, Long> earlier) {
            Map<String, Long> difference = new TreeMap<>();
            now.forEach((key, value) -> difference.put(key, value - earlier.getOrDefault(key, 0L)));
            return difference;
        }
    }

    String version() throws SQLException {
        return text("show server_version");
    }

    long postmasterPid() throws Exception {
        return Long.parseLong(Files.readAllLines(Path.of(text("show data_directory"), "postmaster.pid"))
                .get(0)
                .trim());
    }

    /** A figure taken with a setting that loses orders would be worthless: looked for wherever it can be set. */
    void assertDurable(Path dataDir) throws SQLException {
        Path served = Path.of(text("show data_directory")).toAbsolutePath();
        if (!served.startsWith(dataDir.toAbsolutePath())) {
            throw new IllegalStateException("the server on port " + port + " serves " + served + ", not ours");
        }
        List<String> found = new ArrayList<>();
        for (String database : column(connection, DATABASES)) {
            try (Connection inside = connect(database)) {
                column(inside, DURABLE).forEach(name -> found.add(name + " is not on in " + database));
            }
        }
        column(connection, OVERRIDES).stream()
                .filter(setting -> setting.matches("(?i)(synchronous_commit|fsync|full_page_writes)=.*"))
                .filter(setting -> !setting.endsWith("=on"))
                .forEach(setting -> found.add("a role or database sets " + setting));
        if (!found.isEmpty()) {
            throw new IllegalStateException("not durable: " + String.join(", ", found));
        }
    }

    void createYardstick(Path schema) throws Exception {
        execute(connection, "create database yardstick");
        try (Connection inside = connect(YARDSTICK)) {
            execute(inside, Files.readString(schema));
        }
    }

    /** So that no round pays for the pages that another round left dirty. */
    void checkpoint() throws SQLException {
        execute(connection, "checkpoint");
    }

    long walBytes() throws SQLException {
        return Long.parseLong(text(WAL_BYTES));
    }

    Activity activity() throws SQLException {
        Map<String, Long> commits = new TreeMap<>();
        Map<String, Long> rows = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(ACTIVITY)) {
            while (result.next()) {
                commits.put(result.getString(1), result.getLong(2));
                rows.put(result.getString(1), result.getLong(3));
            }
        }
        return new Activity(commits, rows, Long.parseLong(text(WAL_FSYNCS)));
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?ApplicationName=bench", SUPERUSER, password);
    }

    private String text(String query) throws SQLException {
        return column(connection, query).get(0);
    }

    private static List<String> column(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (result.next()) {
                values.add(result.getString(1));
            }
            return values;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
