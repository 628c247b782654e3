package io.trolleybus.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of config/observability, as far as tests look into them. */
final class Observability {
    static final Path FOLDER = Path.of(System.getProperty("trolleybus.root", "../.."), "config", "observability");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where an expression stands, and what it says once Grafana has filled in its variables. */
    record Expression(String place, String text) {}

    private Observability() {}

    static Map<String, Object> yaml(String file) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try (Reader reader = Files.newBufferedReader(FOLDER.resolve(file))) {
            return new Yaml(new SafeConstructor(options)).load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Map<String, Object>> alerts() {
        return maps(yaml("alerts.yml").get("groups")).stream()
                .flatMap(group -> maps(group.get("rules")).stream())
                .toList();
    }

    @SuppressWarnings("unchecked") // A YAML list of mappings is nothing else.
    static List<Map<String, Object>> maps(Object list) {
        return (List<Map<String, Object>>) list;
    }

    static List<JsonNode> dashboards() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("grafana"))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .map(Observability::json)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<JsonNode> panels(JsonNode dashboard) {
        return StreamSupport.stream(dashboard.path("panels").spliterator(), false)
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }

    static List<Expression> expressions() {
        Stream<Expression> alerting = alerts().stream()
                .map(alert -> new Expression("alert " + alert.get("alert"), String.valueOf(alert.get("expr"))));
        Stream<Expression> drawn = dashboards().stream()
                .flatMap(dashboard -> panels(dashboard).stream())
                .flatMap(panel -> panel.findValuesAsText("expr").stream()
                        .map(text ->
                                new Expression("panel " + panel.path("title").asText(), filled(text))));
        return Stream.concat(alerting, drawn).toList();
    }

    private static String filled(String expression) {
        return expression.replace("$instance", ".*").replace("$__rate_interval", "1m");
    }
}
