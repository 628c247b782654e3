package io.trolleybus.cluster;

import static io.trolleybus.cluster.Credentials.GOOD;
import static io.trolleybus.cluster.Credentials.NONE;
import static io.trolleybus.cluster.Credentials.OF_ANOTHER_CA;
import static io.trolleybus.cluster.Credentials.SELF_SIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.X509Bundle;
import io.trolleybus.cluster.Peer.Place;
import io.vertx.core.eventbus.ReplyFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who is let into the conversation: a member in the test's own process meets strangers, each a process of its own, who
 * all do the same and differ in their credentials only.
 */
final class BusTlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CLUSTER = "trolleybus-test";
    private static final String HOME = "home";
    private static final String UNKNOWN = ReplyFailure.NO_HANDLERS.name();
    private static final List<String> UNREACHED = List.of(ReplyFailure.ERROR.name(), ReplyFailure.TIMEOUT.name());

    private static final String EVERYBODY = "stock.hold";

    private final List<String> heardAtHome = new CopyOnWriteArrayList<>();
    private X509Bundle ca;
    private Place place;
    private Peer home;

    @TempDir
    private Path folder;

    @BeforeEach
    void found() throws Exception {
        ca = Credentials.newCa();
        place = new Place(CLUSTER, Ports.free(), Ports.free(), List.of());
        home = Peer.join(HOME, EVERYBODY, place.with(GOOD.issuedBy(ca)));
        home.listen(heardAtHome::add);
    }

    @AfterEach
    void leave() throws Exception {
        home.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"GOOD", "OF_ANOTHER_HOST"})
    void whoeverHasACertificateOfTheCaIsHeardAndHearsWhateverHostItNames(Credentials credentials) throws Exception {
        try (PeerProcess member = stranger(CLUSTER, credentials)) {
            member.awaitListening();

            assertThat(home.askPatiently(member.name(), "asked by home")).isEqualTo(member.name());
            assertThat(member.awaitAnswer()).isEqualTo(HOME);
            await().atMost(PATIENCE)
                    .until(() -> home.askAnybody("asked by home").equals(member.name()));
            home.tellEverybody("told by home");
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(member.heard()).contains("asked by home", "told by home");
                assertThat(heardAtHome).contains("asked by " + member.name(), "told by " + member.name());
            });
        }
    }

    @Test
    void anyOtherIsAMemberAndYetNeitherHeardNorHearsAnything() throws Exception {
        List<PeerProcess> strangers = new ArrayList<>();
        try {
            for (Credentials credentials : List.of(OF_ANOTHER_CA, SELF_SIGNED, NONE)) {
                strangers.add(stranger(CLUSTER, credentials));
            }
            strangers.forEach(PeerProcess::awaitListening);
            await("one of them is chosen").atMost(PATIENCE).until(() -> !home.askAnybody("asked by home")
                    .equals(HOME));
            home.tellEverybody("told by home");

            for (PeerProcess stranger : strangers) {
                assertThat(home.ask(stranger.name(), "asked by home"))
                        .as("%s is known, and cannot be reached", stranger.name())
                        .isIn(UNREACHED);
                assertThat(stranger.awaitAnswer()).as(stranger.name()).isIn(UNREACHED);
            }
        } finally {
            for (PeerProcess stranger : strangers) {
                stranger.close();
            }
        }
        assertThat(strangers)
                .allSatisfy(stranger -> assertThat(stranger.heard()).isEmpty());
        assertThat(heardAtHome).contains("told by home").allMatch(text -> text.endsWith(HOME));
    }

    @Test
    void anotherClustersNameDoesNotJoinEvenWithACertificate() throws Exception {
        PeerProcess stranger = stranger("another", GOOD);
        try (stranger) {
            stranger.awaitListening();
            home.tellEverybody("told by home");

            assertThat(home.ask(stranger.name(), "asked by home")).isEqualTo(UNKNOWN);
            assertThat(stranger.awaitAnswer()).isEqualTo(UNKNOWN);
        }
        assertThat(stranger.heard()).isEmpty();
        assertThat(heardAtHome).containsOnly("told by home");
    }

    private PeerProcess stranger(String cluster, Credentials credentials) throws Exception {
        var its = new Place(cluster, Ports.free(), Ports.free(), List.of(place.memberPort()));
        Path itsFolder = Files.createDirectory(folder.resolve(credentials.name()));
        return PeerProcess.start(credentials.name(), itsFolder, its, EVERYBODY, HOME, credentials.issuedBy(ca));
    }
}
