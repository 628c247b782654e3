package io.trolleybus.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * The values by key, each from the strongest source that names it: flags, environment, file, defaults.
 *
 * <p>The defaults are the documented file itself, so a key exists exactly when it is documented.
 */
final class Configuration {
    static final String ENVIRONMENT_PREFIX = "TROLLEYBUS_";
    private static final String CONFIG_VARIABLE = ENVIRONMENT_PREFIX + "CONFIG";
    /** Names the file that holds the value, as Docker and Kubernetes hand out secrets. */
    private static final String FILE_SUFFIX = "_FILE";

    private static final int MAX_FILE_BYTES = 64 * 1024;

    /** Names that hosting platforms use. */
    private static final Map<String, String> ALIASES = Map.of("PORT", "http.port");

    private final Map<String, Value> values = new LinkedHashMap<>();

    /** @param source names where the text stands, or is null for a default */
    private record Value(String text, @Nullable String source) {}

    private Configuration() {}

    /**
     * @param flags by key
     * @throws StartupFailure naming the key or variable that is unknown, or the file that cannot be read
     */
    static Configuration load(Map<String, String> flags, Map<String, String> environment, @Nullable Path file) {
        Configuration configuration = new Configuration();
        defaults().forEach((key, text) -> configuration.values.put(key, new Value(text, null)));
        Optional.ofNullable(file)
                .or(() -> Optional.ofNullable(environment.get(CONFIG_VARIABLE)).map(Path::of))
                .ifPresent(configuration::overlayFile);
        configuration.overlayEnvironment(environment);
        flags.forEach((key, text) -> configuration.put(key, new Value(text, "the command line")));
        return configuration;
    }

    /** The environment variable for a key. */
    static String variableOf(String key) {
        return ENVIRONMENT_PREFIX
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Every key with its value. */
    Map<String, String> texts() {
        Map<String, String> texts = new HashMap<>();
        values.forEach((key, value) -> texts.put(key, value.text()));
        return texts;
    }

    String text(String key) {
        return value(key).text();
    }

    String required(String key) {
        String text = text(key);
        if (text.isBlank()) {
            throw new StartupFailure(key + " must be set (" + variableOf(key) + ")");
        }
        return text;
    }

    /** Whether a person chose the value, so that no other will do. */
    boolean isExplicit(String key) {
        return value(key).source() != null;
    }

    int number(String key, int least, int most) {
        String text = text(key);
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Answered below, together with a number out of range.
        }
        throw impossible(key, "a whole number from " + least + " to " + most);
    }

    boolean flag(String key) {
        String text = text(key);
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw impossible(key, "true or false");
    }

    /** What came from a file is not repeated: it may be a secret that was put under the wrong name. */
    StartupFailure impossible(String key, String expected) {
        Value value = value(key);
        String source = value.source() == null ? "" : " (from " + value.source() + ")";
        String wrong = source.endsWith(FILE_SUFFIX + ")") ? "" : ", not '" + value.text() + "'";
        return new StartupFailure(key + " must be " + expected + wrong + source);
    }

    private Value value(String key) {
        Value value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException(key + " is not in the documented configuration");
        }
        return value;
    }

    private void put(String key, Value value) {
        if (!values.containsKey(key)) {
            throw new StartupFailure("unknown configuration key " + key + " in " + value.source);
        }
        values.put(key, value);
    }

    private void overlayFile(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            parse(reader, file.toString()).forEach((key, text) -> put(key, new Value(text, file.toString())));
        } catch (NoSuchFileException missing) {
            throw new StartupFailure("the configuration file " + file + " does not exist", missing);
        } catch (IOException unreadable) {
            throw new StartupFailure("cannot read the configuration file " + file + ": " + unreadable, unreadable);
        }
    }

    private void overlayEnvironment(Map<String, String> environment) {
        ALIASES.forEach((variable, key) -> overlay(key, variable, environment));
        Set<String> known = new HashSet<>(Set.of(CONFIG_VARIABLE));
        for (String key : values.keySet()) {
            String variable = variableOf(key);
            known.add(variable);
            known.add(variable + FILE_SUFFIX);
            overlay(key, variable, environment);
        }
        environment.keySet().stream()
                .filter(variable -> variable.startsWith(ENVIRONMENT_PREFIX) && !known.contains(variable))
                .findFirst()
                .ifPresent(variable -> {
                    throw new StartupFailure("unknown environment variable " + variable);
                });
    }

    private void overlay(String key, String variable, Map<String, String> environment) {
        given(key, variable, environment).ifPresent(value -> put(key, value));
    }

    /**
     * What a variable that has no key says, or the file that the one with {@code _FILE} names; nothing if neither is
     * set.
     *
     * @throws StartupFailure if both are set, or the file cannot be read
     */
    static Optional<String> given(String variable, Map<String, String> environment) {
        return given(variable, variable, environment).map(Value::text);
    }

    private static Optional<Value> given(String key, String variable, Map<String, String> environment) {
        String text = environment.get(variable);
        String ofFile = variable + FILE_SUFFIX;
        String path = environment.get(ofFile);
        if (text != null && path != null) {
            throw new StartupFailure(key + " is set twice, by " + variable + " and by " + ofFile);
        }
        if (text != null) {
            return Optional.of(new Value(text, variable));
        }
        return path == null ? Optional.empty() : Optional.of(new Value(contentOf(key, ofFile, path), ofFile));
    }

    /** In the place of the path there may be the secret itself, so neither it nor the cause is repeated. */
    private static String contentOf(String key, String variable, String path) {
        String file = "cannot read the file that " + variable + " names for " + key + ": ";
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new StartupFailure(file + "it is larger than " + MAX_FILE_BYTES / 1024 + " KiB");
            }
            return withoutLastLineBreak(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (NoSuchFileException | InvalidPathException missing) {
            throw new StartupFailure(file + "it does not exist");
        } catch (CharacterCodingException binary) {
            throw new StartupFailure(file + "it is not UTF-8");
        } catch (IOException unreadable) {
            throw new StartupFailure(file + unreadable.getClass().getSimpleName());
        }
    }

    private static String withoutLastLineBreak(String text) {
        String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private static Map<String, String> defaults() {
        try (InputStream in = Configuration.class.getResourceAsStream("trolleybus.yaml")) {
            if (in == null) {
                throw new IllegalStateException("trolleybus.yaml is missing from the jar");
            }
            return parse(new InputStreamReader(in, StandardCharsets.UTF_8), "trolleybus.yaml");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Map<String, String> parse(Reader reader, String name) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Map<String, String> flat = new LinkedHashMap<>();
        try {
            Object root = new Yaml(new SafeConstructor(options)).load(reader);
            if (root instanceof Map<?, ?> map) {
                flatten("", map, flat);
            } else if (root != null) {
                throw new StartupFailure(name + " must hold keys and values");
            }
            return flat;
        } catch (MarkedYAMLException malformed) {
            int line = malformed.getProblemMark() == null
                    ? 0
                    : malformed.getProblemMark().getLine() + 1;
            throw new StartupFailure(name + " line " + line + ": " + malformed.getProblem(), malformed);
        }
    }

    private static void flatten(String prefix, Map<?, ?> map, Map<String, String> flat) {
        map.forEach((name, value) -> {
            String key = prefix + name;
            if (value instanceof Map<?, ?> nested) {
                flatten(key + ".", nested, flat);
            } else {
                flat.put(key, value == null ? "" : value.toString());
            }
        });
    }
}
