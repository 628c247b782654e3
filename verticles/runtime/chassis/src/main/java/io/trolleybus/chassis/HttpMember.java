package io.trolleybus.chassis;

import io.vertx.core.json.JsonObject;
import io.vertx.servicediscovery.Record;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a service that speaks HTTP, as it is registered.
 *
 * @param registration of its record
 * @param host a name or an address; one of IPv6 without brackets
 * @param root what comes before each path, without a slash at its end
 * @param renewal what the record says anew with each renewal; null for one that is not renewed
 */
public record HttpMember(
        String service,
        String registration,
        String host,
        int port,
        boolean ssl,
        String root,
        @Nullable Object renewal) {
    /** The standard type of such records in vertx-service-discovery. */
    static final String TYPE = "http-endpoint";

    static final String RENEWAL = "renewal";

    /** What such a service may be called. */
    public static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45}");
    private static final Pattern ROOT = Pattern.compile("(?:/(?!\\.{1,2}(?:/|\\z))[A-Za-z0-9._~-]{1,100}+){0,20}+");
    private static final int MAX_PORT = 65_535;

    /** Null if nobody can be reached by that record. */
    static @Nullable HttpMember of(Record record) {
        try {
            JsonObject location = record.getLocation();
            String root = location.getString("root", "/");
            String path = root.endsWith("/") ? root.substring(0, root.length() - 1) : root;
            String host = location.getString("host", "");
            int port = location.getInteger("port", 0);
            boolean fit = NAME.matcher(record.getName()).matches()
                    && HOST.matcher(host).matches()
                    && port > 0
                    && port <= MAX_PORT
                    && ROOT.matcher(path).matches();
            return fit
                    ? new HttpMember(
                            record.getName(),
                            String.valueOf(record.getRegistration()),
                            host,
                            port,
                            location.getBoolean("ssl", false),
                            path,
                            record.getMetadata().getValue(RENEWAL))
                    : null;
        } catch (ClassCastException | NullPointerException malformed) {
            return null;
        }
    }

    /** What a service of that name is called where it stands beside ours. */
    public static String besideOurs(String service) {
        return "ext/" + service;
    }

    boolean isLeased() {
        return renewal != null;
    }

    /** Where it is, as breakers name it. */
    public String node() {
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
    }
}
