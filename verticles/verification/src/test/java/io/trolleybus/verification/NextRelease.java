package io.trolleybus.verification;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The release after this one: this one's jar, with what stands in {@code src/next-release} in place of what it had
 * under the same names. It adds a step to the place-order saga, and a migration to order's database.
 */
final class NextRelease {
    /** Its {@code build.properties} say so, and the discovery shows it. */
    static final String VERSION = "next";

    private static final Path SOURCES = Path.of("src", "next-release").toAbsolutePath();

    private NextRelease() {}

    /** Writes its jar. */
    static void build(Path currentJar, Path jar) {
        try {
            Path classes = Files.createTempDirectory(jar.getParent(), "next-release-");
            compile(currentJar, classes);
            Files.copy(currentJar, jar, StandardCopyOption.REPLACE_EXISTING);
            try (FileSystem inside = FileSystems.newFileSystem(jar)) {
                overlay(classes, inside.getPath("/"));
                overlay(SOURCES.resolve("resources"), inside.getPath("/"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot build " + jar, e);
        }
    }

    private static void compile(Path currentJar, Path classes) throws IOException {
        JavaCompiler compiler = requireNonNull(ToolProvider.getSystemJavaCompiler(), "the tests need a JDK");
        List<String> options = List.of(
                "--release", "17", "-proc:none", "-nowarn", "-cp", currentJar.toString(), "-d", classes.toString());
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            var sources = files.getJavaFileObjectsFromPaths(filesUnder(SOURCES.resolve("java")));
            if (!compiler.getTask(said, files, null, options, null, sources).call()) {
                throw new IllegalStateException("the next release does not compile:\n" + said);
            }
        }
    }

    private static void overlay(Path from, Path to) throws IOException {
        for (Path file : filesUnder(from)) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(requireNonNull(target.getParent()));
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static List<Path> filesUnder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
