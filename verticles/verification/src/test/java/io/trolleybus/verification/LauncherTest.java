package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starting, stopping, starting again; and saying in one line why not. */
@Tag("platform")
@DisabledIfSystemProperty(named = RemotePlatform.GATEWAYS, matches = ".+", disabledReason = "it was started elsewhere")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class LauncherTest {

    private static final String SETPRIV = "/usr/bin/setpriv";
    private static final int NOBODY = 65_534;

    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(15);

    /** A few seconds, of which starting a JVM beside a busy test takes its share. */
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(15);

    @Test
    void sigtermStopsThePlatformAndItsDatabaseAndTheNextStartHasAllItsData() {
        try (PlatformProcess platform = PlatformProcess.fresh("launcher").start()) {
            Bought bought = buy(platform);

            platform.terminate(STOPPED_WITHIN);

            assertThat(platform.hasPostgres()).as("PostgreSQL lives on").isFalse();
            assertThat(Ports.isTaken(platform.launch().ports().http())).isFalse();
            platform.start();
            assertThat(bought.customer().order(bought.order().id())).isEqualTo(bought.order());
            assertThat(Shop.at(platform).provider().capturesOf(bought.order().id()))
                    .containsExactly(bought.order().total());
        }
    }

    @Test
    void afterAKillTheNextStartTakesOverThePostgresThatWasLeftBehind() {
        try (PlatformProcess platform = PlatformProcess.fresh("orphan").start()) {
            Bought bought = buy(platform);
            platform.kill();
            assertThat(platform.hasPostgres())
                    .as("a PostgreSQL was left behind")
                    .isTrue();

            platform.start();

            assertThat(bought.customer().order(bought.order().id())).isEqualTo(bought.order());
            platform.terminate(STOPPED_WITHIN);
            assertThat(platform.hasPostgres()).as("PostgreSQL lives on").isFalse();
        }
    }

    @Test
    void aResetBeginsAnew() {
        try (PlatformProcess platform = PlatformProcess.fresh("reset").start()) {
            Customer before = Shop.at(platform).newCustomer();
            platform.terminate(STOPPED_WITHIN);

            try (PlatformProcess reset = new PlatformProcess(platform.launch().withArguments("--reset")).start()) {
                Shop shop = Shop.at(reset);
                assertThatThrownBy(() -> Session.login(shop.gateway(), before.email(), Customer.PASSWORD))
                        .hasMessageContaining("401");
                assertThat(buy(reset).order().isConfirmed()).isTrue();
            }
        }
    }

    @Test
    void theFirstStartSaysWhereToGoAndWhereTheDataIs() {
        Launch launch = Launch.on(PlatformProcess.freshDirectory("greeting"));
        try (PlatformProcess platform = new PlatformProcess(launch).start()) {
            String said = platform.launch().written();

            assertThat(said).contains(launch.ports().gateway().toString());
            assertThat(said).contains(launch.dataDir().toString());
            assertThat(said.lines().count()).as("a line for each step").isGreaterThan(5);
        }
    }

    @Test
    void theDemoCatalogueIsThereFromTheStart() {
        try (PlatformProcess platform = PlatformProcess.fresh("catalogue").start()) {
            Shop shop = Shop.at(platform);

            List<Product> products = Json.items(
                            Product.class,
                            shop.gateway()
                                    .get("/api/v1/products?limit=100")
                                    .expect(200)
                                    .json()
                                    .path("items"))
                    .toList();

            assertThat(products).hasSizeGreaterThanOrEqualTo(20).allSatisfy(product -> {
                assertThat(product.available()).isPositive();
                assertThat(product.price().amount()).isPositive();
            });
        }
    }

    /** As root the tests run as root already; what an ordinary user may do is then tried by becoming one. */
    @Test
    void anOrdinaryUserCanRunItToo() throws IOException {
        Path dataDir = PlatformProcess.freshDirectory("nobody");
        assumeTrue(Files.getAttribute(dataDir.getParent(), "unix:uid").equals(0), "the tests run as root");
        assumeTrue(Files.isExecutable(Path.of(SETPRIV)), "setpriv is there to change users with");
        Files.setAttribute(dataDir.getParent(), "unix:uid", NOBODY);
        Launch launch = Launch.on(dataDir)
                .with("HOME", dataDir.toString())
                .startedBy(SETPRIV, "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");

        try (PlatformProcess platform = new PlatformProcess(launch).start()) {
            assertThat(buy(platform).order().isConfirmed()).isTrue();
        }
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        Launch launch = Launch.on(PlatformProcess.freshDirectory("taken-port"));
        try (ServerSocket stranger = Ports.take(launch.ports().http())) {
            assertRefused(launch, Integer.toString(stranger.getLocalPort()));
        }
    }

    @Test
    void aStrangersPostgresOnOurPortIsNamed() {
        try (PlatformProcess stranger = PlatformProcess.fresh("stranger").start()) {
            Launch launch = Launch.on(PlatformProcess.freshDirectory("not-ours"));
            int theirs = stranger.launch().ports().postgres();

            assertRefused(launch.withPorts(launch.ports().withPostgres(theirs)), Integer.toString(theirs));

            assertThat(buy(stranger).order().isConfirmed())
                    .as("the stranger is unharmed")
                    .isTrue();
        }
    }

    @Test
    void aDataDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Path file = PlatformProcess.freshDirectory("no-directory");
        Files.writeString(file, "a file stands where a directory should be made");
        Launch writable = Launch.on(file);

        assertRefused(writable.with("TROLLEYBUS_DATA_DIR", file.resolve("data").toString()), file.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "TROLLEYBUS_HTPP_PORT, 8080",
        "TROLLEYBUS_HTTP_PORT, eighty",
        "TROLLEYBUS_HTTP_PORT, 70000",
        "TROLLEYBUS_POSTGRES_PORT, -1"
    })
    void aSettingThatMakesNoSenseIsNamed(String variable, String value) {
        assertRefused(Launch.on(PlatformProcess.freshDirectory("setting")).with(variable, value), variable);
    }

    @Test
    void anUnknownArgumentIsNamed() {
        assertRefused(Launch.on(PlatformProcess.freshDirectory("argument")).withArguments("--rest"), "--rest");
    }

    /** One line on stderr that names the culprit, an exit code that is not 0, and nothing left running. */
    private static void assertRefused(Launch launch, String culprit) {
        try (PlatformProcess cleanup = new PlatformProcess(launch)) {
            Launch.Exit exit = launch.untilItEnds(REFUSED_WITHIN);

            assertThat(exit.code()).as("exit code").isNotZero();
            assertThat(exit.errorLines())
                    .as("what stands on stderr")
                    .singleElement()
                    .asString()
                    .contains(culprit);
            assertThat(Postmaster.of(cleanup.launch().dataDir()))
                    .as("PostgreSQL left running")
                    .isEmpty();
        }
    }

    private record Bought(Customer customer, Order order) {}

    private static Bought buy(PlatformProcess platform) {
        Shop shop = Shop.at(platform);
        Customer customer = shop.newCustomer();
        String sku = shop.operator().addProduct(Money.eur(700), 10);
        return new Bought(customer, customer.buyToTheEnd(Purchase.of(sku, 2)));
    }
}
