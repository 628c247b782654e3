import java.util.Optional;

/** Where the platform listens, from the same variables that tell it so. */
final class Addresses {
    private Addresses() {}

    static String platform() {
        return variable("TROLLEYBUS_URL")
                .orElse("http://127.0.0.1:" + variable("TROLLEYBUS_HTTP_PORT").orElse("8080"));
    }

    static String provider() {
        return variable("TROLLEYBUS_PROVIDER_URL")
                .orElse("http://127.0.0.1:"
                        + variable("TROLLEYBUS_PROVIDER_PORT").orElse("8090"));
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}
