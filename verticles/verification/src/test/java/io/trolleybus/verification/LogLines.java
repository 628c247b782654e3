package io.trolleybus.verification;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a platform has logged: the JSON lines (ECS names, one object a line) among whatever else stands in the files.
 * The one place that knows the log's format.
 */
final class LogLines {

    private static final String SERVICE = "service.name";
    private static final String NODE = "service.node.name";
    private static final String TRACE = "trace.id";

    private final List<Path> files;

    LogLines(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /** The names of the services that logged at least one line within the trace. */
    Set<String> servicesIn(String traceId) {
        return files.stream()
                .flatMap(LogLines::objects)
                .filter(line -> traceId.equals(line.path(TRACE).asText()))
                .map(line -> line.path(SERVICE).asText())
                .collect(Collectors.toSet());
    }

    /** What does not say which node and service wrote it. */
    List<JsonNode> linesWithoutNode() {
        return files.stream()
                .flatMap(LogLines::objects)
                .filter(line -> line.path(NODE).asText().isBlank()
                        || line.path(SERVICE).asText().isBlank())
                .toList();
    }

    /** What was logged with this text in it, whatever its form. */
    List<String> linesWith(String text) {
        return files.stream()
                .flatMap(file -> lines(file).stream())
                .filter(line -> line.contains(text))
                .toList();
    }

    /** The lines of stack traces that were printed past the log, where nobody who reads it by machine would look. */
    List<String> strayTraces() {
        return files.stream()
                .flatMap(file -> lines(file).stream())
                .filter(line -> line.startsWith("\tat "))
                .toList();
    }

    private static Stream<JsonNode> objects(Path file) {
        return lines(file).stream()
                // The last line may still be in the writing.
                .filter(line -> line.startsWith("{") && line.endsWith("}"))
                .map(Json::read);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the log " + file, e);
        }
    }
}
