import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What each process is told, by its environment: ports, members, databases, secrets. */
final class Environment {
    /** May be chosen for the nodes that a command starts. */
    private static final List<String> CHOSEN = List.of("TROLLEYBUS_NODE_INSTANCES", "TROLLEYBUS_AUDIT_PERIOD_SECONDS");

    /** What begins so may be chosen for gateways. */
    private static final String OF_GATEWAYS = "TROLLEYBUS_GATEWAY_";

    private static final String CERTIFICATE = OF_GATEWAYS + "TLS_CERTIFICATE";

    private final Path dataDir;
    private final Members members;
    private final Certificates certificates;

    Environment(Path dataDir, Members members, Certificates certificates) {
        this.dataDir = dataDir;
        this.members = members;
        this.certificates = certificates;
    }

    /** @param postgresUrl of a superuser, if the server is not to be our own, else null */
    Map<String, String> ofBacking(Member member, String postgresUrl) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "TROLLEYBUS_DATA_DIR", dataDir.toString(),
                "TROLLEYBUS_PROVIDER_PORT", Integer.toString(member.port())));
        if (postgresUrl == null) {
            environment.put(
                    "TROLLEYBUS_POSTGRES_PORT",
                    Integer.toString(member.postgres().getPort()));
        } else {
            environment.put("TROLLEYBUS_POSTGRES_URL", postgresUrl);
        }
        return environment;
    }

    Map<String, String> ofNode(Member node) throws IOException {
        Map<String, String> environment = toJoin(node.name(), node.memberPort(), node.busPort());
        environment.put("TROLLEYBUS_NODE_DEVELOPMENT", "true");
        environment.put("TROLLEYBUS_MANAGEMENT_PORT", Integer.toString(node.management()));
        if (node.port() != 0) {
            environment.put("TROLLEYBUS_HTTP_PORT", Integer.toString(node.port()));
        }
        Member backing = members.backing().orElseThrow();
        for (String service : node.services()) {
            if (!service.equals(Plan.GATEWAY)) {
                String variable = "TROLLEYBUS_" + service.toUpperCase(Locale.ROOT) + "_DATABASE_";
                String database = "trolleybus_" + service;
                environment.put(variable + "URL", databaseUrl(backing.postgres(), database, database));
                environment.put(variable + "OWNER_URL", databaseUrl(backing.postgres(), database, database + "_owner"));
            }
        }
        for (String variable : CHOSEN) {
            String value = System.getenv(variable);
            if (value != null) {
                environment.put(variable, value);
            }
        }
        if (node.services().contains(Plan.GATEWAY)) {
            System.getenv().forEach((variable, value) -> {
                if (variable.startsWith(OF_GATEWAYS)) {
                    environment.put(variable, value);
                }
            });
        }
        if (node.services().contains("payment")) {
            environment.put("TROLLEYBUS_PROVIDER_URL", Member.url(backing.port()));
        }
        return environment;
    }

    /** Whether a gateway that is told this speaks HTTPS. */
    static boolean speaksHttps(Map<String, String> environment) {
        return Stream.of(CERTIFICATE, CERTIFICATE + "_FILE")
                .anyMatch(variable -> !environment.getOrDefault(variable, "").isBlank());
    }

    /** For a process that takes part in the bus. */
    Map<String, String> toJoin(String name, int memberPort, int busPort) throws IOException {
        Map<String, String> environment = new HashMap<>(certificates.environmentOf(name));
        environment.put("TROLLEYBUS_CLUSTER_PORT", Integer.toString(memberPort));
        environment.put("TROLLEYBUS_CLUSTER_BUS_PORT", Integer.toString(busPort));
        environment.put(
                "TROLLEYBUS_CLUSTER_MEMBERS",
                members.nodes().stream()
                        .map(node -> Member.HOST + ':' + node.memberPort())
                        .collect(Collectors.joining(",")));
        environment.put("TROLLEYBUS_CLUSTER_SECRET", secret("bus"));
        return environment;
    }

    private String databaseUrl(URI server, String database, String role) throws IOException {
        return "postgresql://" + role + ':' + secret(role) + '@' + server.getHost() + ':' + server.getPort() + '/'
                + database;
    }

    private String secret(String name) throws IOException {
        return Files.readString(dataDir.resolve("secrets").resolve(name)).strip();
    }
}
