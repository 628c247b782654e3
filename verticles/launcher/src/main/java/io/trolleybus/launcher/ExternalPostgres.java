package io.trolleybus.launcher;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server that somebody else runs, and on which we may make databases and roles.
 *
 * @param database to connect to first
 */
record ExternalPostgres(String host, int port, String database, String user, String password)
        implements PostgresServer {
    private static final String KEY = "postgres.url";
    private static final Pattern SCHEMES = Pattern.compile("postgres(ql)?:");
    private static final int DEFAULT_PORT = 5432;

    /** Null if none is configured. */
    static @Nullable ExternalPostgres from(Configuration configuration) {
        String url = configuration.text(KEY);
        return url.isBlank() ? null : parse(url);
    }

    /** The URL is not repeated in what is said of it, since a password stands in it. */
    private static ExternalPostgres parse(String url) {
        try {
            URI uri = new URI(url);
            String login = uri.getRawUserInfo();
            String path = uri.getPath();
            if (uri.getRawQuery() != null) {
                // The services could not keep to them.
                throw new StartupFailure(KEY + " has options, and none is known here");
            }
            if (SCHEMES.matcher(url).lookingAt() && uri.getHost() != null && login != null) {
                String[] parts = login.split(":", 2);
                return new ExternalPostgres(
                        uri.getHost(),
                        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                        path == null || path.length() <= 1 ? PgDataFolder.SUPERUSER : path.substring(1),
                        decoded(parts[0]),
                        parts.length == 1 ? "" : decoded(parts[1]));
            }
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            // Told below; the cause would repeat the URL.
        }
        throw new StartupFailure(KEY + " must be like postgresql://user:password@host:port/database");
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public boolean isOursAlone() {
        return false;
    }

    @Override
    public Connection superuser() throws SQLException {
        return superuser(database);
    }

    @Override
    public Connection superuser(String name) throws SQLException {
        return PgConnections.open(host, port, name, user, password);
    }

    /** Without the password, so that it can be logged. */
    @Override
    public String toString() {
        return user + '@' + host + ':' + port;
    }
}
