package io.trolleybus.verification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * HTTP to one or several interchangeable servers, taken in turn. Safe for use by many threads. Every call ends within
 * its time-out; a broken connection is an {@link UncheckedIOException} for the caller to judge, since only it knows
 * whether the request may be repeated.
 */
final class Api {

    /** Above the longest wait a client may ask for ({@code Prefer: wait=30}). */
    static final Duration CALL_TIMEOUT = Duration.ofSeconds(40);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private final Supplier<URI> servers;
    private final Duration timeout;

    private Api(Supplier<URI> servers, Duration timeout) {
        this.servers = servers;
        this.timeout = timeout;
    }

    static Api at(URI base) {
        return at(List.of(base));
    }

    /** The servers in turn. */
    static Api at(List<URI> bases) {
        AtomicInteger turn = new AtomicInteger();
        return at(() -> bases.get(Math.floorMod(turn.getAndIncrement(), bases.size())));
    }

    /** Whichever server is named next. */
    static Api at(Supplier<URI> servers) {
        return new Api(servers, CALL_TIMEOUT);
    }

    /** The same servers with another bound on each call. */
    Api within(Duration callTimeout) {
        return new Api(servers, callTimeout);
    }

    Reply get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    Reply post(String path, Object body, String... headers) {
        return postText(path, Json.write(body), headers);
    }

    /** Posts the text as it is, for bodies no client of good will would send. */
    Reply postText(String path, String body, String... headers) {
        return send("POST", path, BodyPublishers.ofString(body), with(headers, "Content-Type", "application/json"));
    }

    /** Sends exactly these headers, given as name and value in turn. */
    Reply send(String method, String path, BodyPublisher body, String... headers) {
        return Reply.of(method + " " + path, exchange(method, path, body, BodyHandlers.ofString(), headers));
    }

    /** Opens a stream of events; what comes is read until it is closed. */
    EventStream follow(String path, String... headers) {
        return EventStream.of(
                "GET " + path, exchange("GET", path, BodyPublishers.noBody(), BodyHandlers.ofInputStream(), headers));
    }

    private <T> HttpResponse<T> exchange(
            String method, String path, BodyPublisher body, BodyHandler<T> handler, String... headers) {
        URI base = servers.get();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).method(method, body).timeout(timeout);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + method + " " + path, e);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + " at " + base + ": " + e, e);
        }
    }

    /** Appends a header unless the caller chose its own value for it. */
    static String[] with(String[] headers, String name, String value) {
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i].equalsIgnoreCase(name)) {
                return headers;
            }
        }
        String[] longer = Arrays.copyOf(headers, headers.length + 2);
        longer[headers.length] = name;
        longer[headers.length + 1] = value;
        return longer;
    }
}
