package io.trolleybus.verification;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A service that is none of the platform's and speaks HTTP. It says in JSON what it was asked, names of headers in
 * lower case, with 200 or with the status that the query names.
 */
final class OutsideService implements AutoCloseable {
    static final String NAME = "outside";
    private static final String ROOT = "/behind";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    OutsideService() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext(ROOT, OutsideService::answer);
        server.start();
    }

    /** What gateways have to be told to find it. */
    Map<String, String> environment() {
        return Map.of("TROLLEYBUS_GATEWAY_HTTP_MEMBERS", NAME + "=http://" + node() + ROOT);
    }

    /** Host and port. */
    String node() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            boolean named = query != null && query.matches("status=[0-9]{3}");
            byte[] told = Json.write(asked(exchange)).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Set-Cookie", "spy=1");
            exchange.sendResponseHeaders(
                    named ? Integer.parseInt(query.substring("status=".length())) : 200, told.length);
            exchange.getResponseBody().write(told);
        }
    }

    private static Map<String, Object> asked(HttpExchange exchange) throws IOException {
        Map<String, List<String>> headers = new TreeMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("method", exchange.getRequestMethod());
        asked.put("target", exchange.getRequestURI().toString());
        asked.put("headers", headers);
        asked.put("body", new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
