package io.trolleybus.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.servicediscovery.Record;
import io.vertx.servicediscovery.ServiceDiscovery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A service of no language in particular: it speaks HTTP, and puts a record of itself into the discovery. */
final class TestMember implements AutoCloseable {
    private static final int TEN_MEGABYTES = 10 * 1024 * 1024;

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    /** What it was asked. */
    record Asked(String method, String uri, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return String.join("|", headers.getOrDefault(name, List.of()));
        }
    }

    TestMember() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Registers it. @return the registration */
    String register(Vertx vertx, String name, String root) {
        return register(vertx, name, port(), root);
    }

    static String register(Vertx vertx, String name, int port, String root) {
        return TestPlatform.await(ServiceDiscovery.create(vertx).publish(record(name, port, root)))
                .getRegistration();
    }

    static Record record(String name, int port, String root) {
        return new Record()
                .setName(name)
                .setType("http-endpoint")
                .setLocation(new JsonObject()
                        .put("endpoint", "http://127.0.0.1:" + port + root)
                        .put("host", "127.0.0.1")
                        .put("port", port)
                        .put("root", root)
                        .put("ssl", false));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String uri = exchange.getRequestURI().toString();
        asked.add(new Asked(exchange.getRequestMethod(), uri, Map.copyOf(exchange.getRequestHeaders()), body));
        if (uri.endsWith("/hangs")) {
            hang();
        } else if (uri.endsWith("/breaks-off")) {
            exchange.close();
            return;
        } else if (uri.endsWith("/floods")) {
            flood(exchange);
            return;
        } else if (uri.endsWith("/redirects")) {
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + port() + "/base/elsewhere");
            exchange.sendResponseHeaders(302, -1);
            return;
        } else if (uri.endsWith("/creates")) {
            exchange.getResponseHeaders().set("Location", "/base/items/7?new");
            exchange.sendResponseHeaders(201, -1);
            return;
        }
        byte[] answer = ("you said " + body).getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "text/plain; charset=utf-8");
        headers.set("ETag", "\"1\"");
        headers.set("Set-Cookie", "session=stolen");
        headers.set("X-Internal", "secret");
        headers.set("Access-Control-Allow-Origin", "*");
        exchange.sendResponseHeaders(200, answer.length);
        try (var out = exchange.getResponseBody()) {
            out.write(answer);
        }
    }

    private void hang() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void flood(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, TEN_MEGABYTES);
        try (var out = exchange.getResponseBody()) {
            out.write(new byte[TEN_MEGABYTES]);
        } catch (IOException hungUp) {
            // That is what is expected of whoever asked.
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
