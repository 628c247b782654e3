package io.trolleybus.launcher;

import io.trolleybus.chassis.DatabaseSettings;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.chassis.Settings;
import io.trolleybus.cluster.ClusterSettings;
import io.trolleybus.cluster.MemberDiscovery;
import io.trolleybus.gateway.GatewaySettings;
import io.vertx.pgclient.PgConnectOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a node of a cluster is told, checked.
 *
 * @param name unique in the cluster
 * @param modules the services it runs
 * @param databases of these, by name
 * @param instances of each service
 * @param gateway null if it runs none
 * @param drainSeconds for how long that serves on when it is told to stop
 */
record NodeSettings(
        String name,
        List<ServiceModule> modules,
        Map<String, DatabaseSettings> databases,
        int instances,
        Settings services,
        @Nullable GatewaySettings gateway,
        Listener http,
        Listener management,
        int drainSeconds,
        Member member) {
    private static final String NAME = "node.name";
    private static final String SERVICES = "node.services";
    private static final String GATEWAY = "gateway";

    /** What hosting platforms call the one database of a program. */
    private static final String DATABASE_URL = "DATABASE_URL";

    private static final int MAX_DRAIN_SECONDS = 300;
    private static final int MAX_MEMBERS = 1_000;

    /**
     * How a process that runs none of the services takes part in the bus.
     *
     * @param secret seals messages
     */
    record Member(ClusterSettings cluster, String secret) {
        static Member from(Configuration configuration) {
            String secret = ClusterSecret.from(configuration);
            String host = configuration.required("cluster.host");
            return new Member(
                    new ClusterSettings(
                            configuration.required("cluster.name"),
                            host,
                            configuration.number("cluster.port", 1, Listener.MAX_PORT),
                            configuration.number("cluster.bus-port", 1, Listener.MAX_PORT),
                            discovery(configuration),
                            configuration.number("cluster.minimum-members", 1, MAX_MEMBERS),
                            ClusterTls.from(configuration, host)),
                    secret);
        }

        /** Without the secret, so that it can be logged. */
        @Override
        public String toString() {
            return cluster.toString();
        }

        private static MemberDiscovery discovery(Configuration configuration) {
            String dns = configuration.text("cluster.dns");
            return dns.isBlank()
                    ? new MemberDiscovery.Addresses(list(configuration.text("cluster.members")))
                    : new MemberDiscovery.Dns(dns);
        }
    }

    static NodeSettings from(Configuration configuration, Map<String, String> environment) {
        List<String> wanted = list(configuration.text(SERVICES));
        requireKnown(configuration, wanted);
        List<ServiceModule> modules = Platform.MODULES.stream()
                .filter(module -> wanted.contains(module.name()))
                .toList();
        Map<String, DatabaseSettings> databases = new HashMap<>();
        for (ServiceModule module : modules) {
            Map<String, String> ofHosters = modules.size() == 1 ? environment : Map.of();
            databases.put(module.name(), database(configuration, module.name(), ofHosters));
        }
        Listener http = Listener.of(configuration, "http");
        boolean paysHere = databases.containsKey("payment");
        String provider = paysHere ? configuration.required(ServiceSettings.PROVIDER_URL) : "";
        return new NodeSettings(
                name(configuration),
                modules,
                databases,
                configuration.number("node.instances", 1, NodeRuntime.EVENT_LOOPS),
                ServiceSettings.of(configuration, provider, configuration.flag("node.development")),
                wanted.contains(GATEWAY) ? ServiceSettings.ofGateway(configuration, http) : null,
                http,
                Listener.of(configuration, "management"),
                configuration.number("node.drain-seconds", 0, MAX_DRAIN_SECONDS),
                Member.from(configuration));
    }

    private static void requireKnown(Configuration configuration, List<String> wanted) {
        List<String> known = Stream.concat(Platform.serviceNames().stream(), Stream.of(GATEWAY))
                .toList();
        if (wanted.isEmpty() || !known.containsAll(wanted)) {
            throw configuration.impossible(SERVICES, "one or more of " + String.join(", ", known));
        }
    }

    private static String name(Configuration configuration) {
        String name = configuration.text(NAME);
        if (name.indexOf('/') >= 0) {
            throw configuration.impossible(NAME, "without a slash, which comes before an instance's number");
        }
        if (!name.isBlank()) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            throw new StartupFailure(NAME + " must be set: this machine does not know its own name", nameless);
        }
    }

    private static DatabaseSettings database(
            Configuration configuration, String service, Map<String, String> ofHosters) {
        String key = service + ".database.url";
        String ownerKey = service + ".database.owner-url";
        String url = configuration.text(key);
        if (url.isBlank()) {
            url = Configuration.given(DATABASE_URL, ofHosters).orElse("");
        }
        if (url.isBlank()) {
            throw new StartupFailure(
                    key + " must be set for a node that runs " + service + " (" + Configuration.variableOf(key) + ")");
        }
        PgConnectOptions runtime = parse(key, url);
        String ownerUrl = configuration.text(ownerKey);
        return new DatabaseSettings(
                runtime.getHost(),
                runtime.getPort(),
                runtime.getDatabase(),
                runtime.getUser(),
                runtime.getPassword(),
                ownerUrl.isBlank() ? null : role(ownerKey, ownerUrl),
                Platform.CONNECTIONS);
    }

    private static DatabaseSettings.Role role(String key, String url) {
        PgConnectOptions owner = parse(key, url);
        return new DatabaseSettings.Role(owner.getUser(), owner.getPassword());
    }

    /** The URL is not repeated in what is said of it, since a password stands in it. */
    private static PgConnectOptions parse(String key, String url) {
        PgConnectOptions options;
        int query = url.indexOf('?');
        try {
            options = PgConnectOptions.fromUri(query < 0 ? url : url.substring(0, query));
        } catch (RuntimeException malformed) {
            throw new StartupFailure(key + " must be like postgresql://role:password@host:5432/database");
        }
        if (query >= 0) {
            // To leave out sslmode without a word would send in clear what was meant to be encrypted.
            throw new StartupFailure(key + " has options that are not known here: "
                    + Stream.of(url.substring(query + 1).split("&"))
                            .map(option -> option.split("=", 2)[0])
                            .collect(Collectors.joining(", ")));
        }
        return options;
    }

    private static List<String> list(String text) {
        return Stream.of(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
