package io.trolleybus.verification;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeps the house tidy where no compiler looks. The idea of doing it in an ordinary test is TigerBeetle's. */
final class TidyTest {
    private static final int FILE_LINES_MAX = 300;
    private static final int LINE_LENGTH_MAX = 120;

    private static final Pattern NAMED_TEST = Pattern.compile("(?<=`)[A-Z]\\w+\\.\\w+(?=`)");

    private static final Path ROOT = root();
    private static final List<Source> SOURCES = sources();

    /** What no line of Java may hold, but for one part where it belongs. */
    private enum Banned {
        PRINTING("System\\.(out|err)\\b", "launcher"),
        SLEEPING("Thread\\.sleep|TimeUnit\\.\\w+\\.sleep", null),
        POSTPONING("\\b(?:TODO|FIXME)\\b", null),
        SIGNING("@author\\b", null),
        /** See TimeLimit, which stays on the event loop. */
        LEAVING_THE_LOOP("\\.timeout\\([^)]*TimeUnit", null),
        WILDCARD_IMPORTING("^import .*\\*;", null),
        LOGGING_PAST_THE_LOG("printStackTrace\\(", "launcher"),
        NAMING_NOTHING("\\b(class|record|interface|enum) \\w*(Impl|Manager|Helper|Utils?)\\b", null);

        private final Pattern pattern;
        private final @Nullable String home;

        Banned(String pattern, @Nullable String home) {
            this.pattern = Pattern.compile(pattern);
            this.home = home;
        }

        Stream<String> findIn(Source source) {
            boolean isAtHome = home != null && source.isIn(home);
            return isAtHome ? Stream.empty() : source.linesWhere(pattern.asPredicate());
        }
    }

    @Test
    void sourcesAreFound() {
        assertThat(SOURCES).anyMatch(Source::isMain).anyMatch(not(Source::isMain));
    }

    @ParameterizedTest
    @EnumSource
    void noLineHoldsWhatIsBanned(Banned banned) {
        assertThat(SOURCES.stream().filter(not(Source::isThisTest)).flatMap(banned::findIn))
                .isEmpty();
    }

    @Test
    void noLineIsTooLongToRead() {
        assertThat(SOURCES.stream()
                        .filter(Source::isMain)
                        .flatMap(source -> source.linesWhere(line -> line.length() > LINE_LENGTH_MAX)))
                .isEmpty();
    }

    @Test
    void noFileIsTooLongToRead() {
        assertThat(SOURCES)
                .filteredOn(Source::isMain)
                .filteredOn(source -> source.lines().size() > FILE_LINES_MAX)
                .isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() {
        Set<Path> described = SOURCES.stream()
                .filter(source -> source.path().endsWith("package-info.java"))
                .filter(source -> source.lines().contains("@NullMarked"))
                .filter(source -> source.lines().get(0).startsWith("/**"))
                .map(Source::folder)
                .collect(Collectors.toSet());

        assertThat(SOURCES.stream().filter(Source::isMain).map(Source::folder).distinct())
                .isSubsetOf(described);
    }

    @Test
    void aSourceFolderHoldsThePackageOfItsName() {
        assertThat(SOURCES)
                .filteredOn(not(source -> source.lines().contains("package " + source.packageName() + ";")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void theSecurityPageNamesTestsThatAreThereForEachRisk(int risk) {
        String row = linesOf(ROOT.resolve("SECURITY.md")).stream()
                .filter(line -> line.startsWith("| API" + risk + " "))
                .collect(Collectors.joining());
        List<String> named =
                NAMED_TEST.matcher(row).results().map(MatchResult::group).toList();

        assertThat(named)
                .isNotEmpty()
                .allSatisfy(test -> assertThat(SOURCES).as(test).anyMatch(source -> source.hasTest(test)));
    }

    /** A Java file of the project, its path relative to the root. */
    private record Source(Path path, List<String> lines) {
        boolean isMain() {
            return path.toString().contains("src/main/java");
        }

        boolean isIn(String part) {
            return path.toString().contains("io/trolleybus/" + part + "/");
        }

        /** @param test as a class and its method, such as {@code TidyTest.sourcesAreFound} */
        boolean hasTest(String test) {
            String[] names = test.split("\\.", -1);
            Pattern method = Pattern.compile("^    (?:\\w+ )?(?:void|Stream<Promise>) " + names[1] + "\\(");
            return !isMain()
                    && path.endsWith(names[0] + ".java")
                    && lines.stream().anyMatch(method.asPredicate());
        }

        boolean isThisTest() {
            return path.endsWith("TidyTest.java");
        }

        Path folder() {
            return path.getParent();
        }

        String packageName() {
            String folder = folder().toString();
            return folder.substring(folder.indexOf("io/trolleybus")).replace('/', '.');
        }

        Stream<String> linesWhere(Predicate<String> isBad) {
            return IntStream.range(0, lines.size())
                    .filter(i -> isBad.test(lines.get(i)))
                    .mapToObj(i -> path + ":" + (i + 1) + ": " + lines.get(i).strip());
        }

        @Override
        public String toString() {
            return path + " (" + lines.size() + " lines)";
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("shared-model")) || !Files.isDirectory(folder.resolve("verticles"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static List<Source> sources() {
        return Stream.of("shared-model", "gateway", "verticles")
                .flatMap(part -> javaFilesUnder(ROOT.resolve(part)).stream())
                .map(path -> new Source(ROOT.relativize(path), linesOf(path)))
                .toList();
    }

    private static List<Path> javaFilesUnder(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(path -> path.toString().matches(".*/src/(main|test)/java/.*\\.java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> linesOf(Path path) {
        try {
            return Files.readAllLines(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
