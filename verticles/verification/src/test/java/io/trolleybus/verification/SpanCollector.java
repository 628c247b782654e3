package io.trolleybus.verification;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Takes spans by OTLP over HTTP, as a tracing backend would, and keeps them. */
final class SpanCollector implements AutoCloseable {
    /** Field numbers of {@code opentelemetry/proto/trace/v1/trace.proto}. */
    private static final int RESOURCE_SPANS = 1;

    private static final int SCOPE_SPANS = 2;
    private static final int SPANS = 2;
    private static final int TRACE_ID = 1;
    private static final int SPAN_ID = 2;
    private static final int PARENT_SPAN_ID = 4;
    private static final int NAME = 5;
    private static final int ATTRIBUTES = 9;

    private final HttpServer server;
    private final List<CollectedSpan> spans = new CopyOnWriteArrayList<>();

    /** @param texts those attributes that are texts */
    record CollectedSpan(String traceId, String spanId, String parentSpanId, String name, Map<String, String> texts) {}

    SpanCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::receive);
        server.start();
    }

    /** For {@code OTEL_EXPORTER_OTLP_ENDPOINT}. */
    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            for (Protobuf resource :
                    Protobuf.parse(exchange.getRequestBody().readAllBytes()).messages(RESOURCE_SPANS)) {
                for (Protobuf scope : resource.messages(SCOPE_SPANS)) {
                    scope.messages(SPANS).forEach(span -> spans.add(read(span)));
                }
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static CollectedSpan read(Protobuf span) {
        return new CollectedSpan(
                span.hex(TRACE_ID),
                span.hex(SPAN_ID),
                span.hex(PARENT_SPAN_ID),
                span.text(NAME),
                span.messages(ATTRIBUTES).stream()
                        .collect(Collectors.toMap(
                                attribute -> attribute.text(1),
                                attribute -> attribute.messages(2).get(0).text(1))));
    }

    /** What has arrived of a trace so far. */
    List<CollectedSpan> of(String traceId) {
        return spans.stream().filter(span -> span.traceId().equals(traceId)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
