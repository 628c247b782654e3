package io.trolleybus.verification;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Server-sent events, read as they come until it is closed. */
final class EventStream implements AutoCloseable {

    /** One event as the server wrote it. */
    record Event(String id, String type, JsonNode data) {}

    private final String request;
    private final HttpResponse<InputStream> response;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    private EventStream(String request, HttpResponse<InputStream> response) {
        this.request = request;
        this.response = response;
    }

    /** Reads an answer's body on a thread of its own. */
    static EventStream of(String request, HttpResponse<InputStream> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        var stream = new EventStream(request, response);
        var reader = new Thread(stream::read, "event-stream");
        reader.setDaemon(true);
        reader.start();
        return stream;
    }

    /** Those that have come so far. */
    List<Event> events() {
        return List.copyOf(events);
    }

    /** The answer, with the data of what has come so far for its body. */
    Reply soFar() {
        String data = events().stream().map(event -> event.data().toString()).collect(joining("\n"));
        return new Reply(request, response.statusCode(), response.headers(), data);
    }

    private void read() {
        String id = "";
        String type = "";
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    events.add(new Event(id, type, Json.read(line.substring(6))));
                }
            }
        } catch (IOException broken) {
            if (!closed) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
