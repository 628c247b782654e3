import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** The URL of a superuser on somebody else's PostgreSQL server. */
final class PostgresUrl {
    private static final String VARIABLE = "TROLLEYBUS_POSTGRES_URL";
    private static final int DEFAULT_PORT = 5432;

    private PostgresUrl() {}

    /** As the environment has it, or the file that the environment names; null if there is none. */
    static String ofEnvironment() throws IOException {
        String file = System.getenv(VARIABLE + "_FILE");
        String url = file == null ? System.getenv(VARIABLE) : Files.readString(Path.of(file)).strip();
        return url == null || url.isBlank() ? null : url;
    }

    /** @throws IllegalArgumentException if a password stands in it: anybody here can read a command line */
    static String ofOption(String url) {
        String user = URI.create(url).getRawUserInfo();
        if (user != null && user.contains(":")) {
            throw new IllegalArgumentException(
                    "the password must not stand on the command line; set " + VARIABLE + " or " + VARIABLE + "_FILE");
        }
        return url;
    }

    /** Where the server is, without who may log in. */
    static URI server(String url) {
        URI uri = URI.create(url);
        if (uri.getHost() == null || !uri.getScheme().startsWith("postgres") || uri.getRawQuery() != null) {
            throw new IllegalArgumentException(VARIABLE + " must be like postgresql://user:password@host:port/database, without options");
        }
        return URI.create("postgresql://" + uri.getHost() + ':' + (uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort()));
    }
}
