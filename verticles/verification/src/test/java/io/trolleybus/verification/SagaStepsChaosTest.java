package io.trolleybus.verification;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The platform is killed at every write of every saga, started again, and must come to the same end as if nothing had
 * been. One process, so that everything dies at once: saga, services, and the provider, who keeps a ledger.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SagaStepsChaosTest {
    private static final Pattern SAGA_OF_METER = Pattern.compile("trolleybus_saga_running\\{[^}]*saga=\"([^\"]+)\"");

    private final PlatformProcess platform = PlatformProcess.fresh("saga-steps");
    private final Findings findings = new Findings("saga-steps");

    static List<SagaPath> paths() {
        return SagaPaths.ALL;
    }

    static List<SagaPath.Passage> passages() {
        return SagaPaths.ALL.stream().flatMap(path -> path.passages().stream()).toList();
    }

    /** A case that failed may have left it dead. */
    @BeforeEach
    void start() {
        if (!platform.isRunning()) {
            platform.start();
        }
    }

    @AfterAll
    void end() {
        findings.note("ways through sagas", paths().size());
        findings.note("writes the platform is killed at", passages().size());
        platform.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passages")
    void whoDiesAtAWriteOfASagaComesToTheSameEnd(SagaPath.Passage passage) {
        SagaPath path = passage.path();
        SagaTrial trial = path.begun(platform);

        dieAt(passage, trial);
        platform.start();
        path.request(trial);

        path.awaitEnd(trial);
    }

    private void dieAt(SagaPath.Passage passage, SagaTrial trial) {
        Tripwire tripwire = passage.write().of(trial);
        tripwire.set(platform.databases(), platform.pid());
        try {
            passage.path().request(trial);
        } catch (UncheckedIOException died) {
            // Before it could answer.
        } finally {
            platform.awaitKilled();
            tripwire.remove(platform.databases());
        }
    }

    @Test
    void everyStepOfEverySagaIsOnOneOfTheseWays() {
        var taken = new TreeSet<String>();
        for (SagaPath path : paths()) {
            SagaTrial trial = path.begun(platform);
            path.request(trial);
            path.awaitEnd(trial);
            trial.stepsTaken().forEach(taken::add);
        }

        assertThat(steps(passages().stream())).as("steps that have cases").isEqualTo(taken);
        assertThat(sagasThatRun())
                .as("sagas that have cases")
                .isEqualTo(taken.stream().map(step -> step.split(" ", 2)[0]).collect(toCollection(TreeSet::new)));
    }

    /** Only then there is a moment at which a step is done and nobody knows it. */
    @Test
    void noWayEndsWithAStep() {
        for (SagaPath path : paths()) {
            List<SagaPath.Passage> passages = path.passages();
            assertThat(passages.get(passages.size() - 1).step())
                    .as("last step of %s", path)
                    .isEmpty();
        }
    }

    private static Set<String> steps(Stream<SagaPath.Passage> passages) {
        return passages.map(SagaPath.Passage::step)
                .filter(step -> !step.isEmpty())
                .collect(toCollection(TreeSet::new));
    }

    /** Each saga that the program knows has a meter from its start on. */
    private Set<String> sagasThatRun() {
        return SAGA_OF_METER
                .matcher(Api.at(platform.management())
                        .get("/metrics")
                        .expect(200)
                        .body())
                .results()
                .map(meter -> meter.group(1))
                .collect(toCollection(TreeSet::new));
    }
}
