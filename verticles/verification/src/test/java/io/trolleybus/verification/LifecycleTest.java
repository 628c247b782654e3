package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Starting, stopping, starting again, on one data directory. Each test finds the platform running and leaves it so, in
 * whatever order they come.
 */
@Tag("platform")
@org.junit.jupiter.api.Order(3)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIfSystemProperty(named = RemotePlatform.GATEWAYS, matches = ".+", disabledReason = "it was started elsewhere")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class LifecycleTest {

    /** Sagas and requests under way are given 10 s each to end; PostgreSQL writes its checkpoint after that. */
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(45);

    private static final int CATALOGUE_SIZE = 20;

    private final Launch launch = Launch.on(PlatformProcess.freshDirectory("lifecycle"));
    private final PlatformProcess platform = new PlatformProcess(launch);

    @BeforeEach
    void itRuns() {
        if (!platform.isRunning()) {
            platform.start();
        }
    }

    @AfterAll
    void itEnds() {
        platform.close();
    }

    @Test
    void theFirstStartSaysWhereToGoAndWhereTheDataIs() {
        String said = launch.output();

        assertThat(said)
                .contains(launch.ports().gateway().toString(), launch.dataDir().toString());
        assertThat(said.lines().count()).as("a line for each step").isGreaterThan(5);
    }

    @Test
    void theDemoCatalogueIsThereFromTheStart() {
        List<Product> products = Json.items(
                        Product.class,
                        Shop.at(platform)
                                .gateway()
                                .get("/api/v1/products?limit=100")
                                .expect(200)
                                .json()
                                .path("items"))
                .toList();

        assertThat(products)
                .filteredOn(product -> !product.sku().startsWith(Operator.SKU_PREFIX))
                .hasSizeGreaterThanOrEqualTo(CATALOGUE_SIZE)
                .allSatisfy(product -> {
                    assertThat(product.available()).isPositive();
                    assertThat(product.price().amount()).isPositive();
                });
    }

    @Test
    void sigtermStopsThePlatformAndItsDatabaseAndTheNextStartHasAllItsData() {
        Bought bought = Bought.at(platform);

        platform.terminate(STOPPED_WITHIN);

        assertThat(platform.hasPostgres()).as("PostgreSQL lives on").isFalse();
        assertThat(Ports.isTaken(launch.ports().http())).isFalse();
        platform.start();
        bought.assertStillThere(platform);
    }

    @Test
    void afterAKillTheNextStartTakesOverThePostgresThatWasLeftBehind() {
        Bought bought = Bought.at(platform);
        platform.kill();
        assertThat(platform.hasPostgres()).as("a PostgreSQL was left behind").isTrue();

        platform.start();

        bought.assertStillThere(platform);
        platform.terminate(STOPPED_WITHIN);
        assertThat(platform.hasPostgres()).as("PostgreSQL lives on").isFalse();
    }

    @Test
    void aResetBeginsAnewEvenWithAPostgresLeftBehind() {
        Customer before = Shop.at(platform).newCustomer();
        platform.kill();

        platform.start("--reset");

        Shop shop = Shop.at(platform);
        assertThatThrownBy(() -> Session.login(shop.gateway(), before.email(), Customer.PASSWORD))
                .hasMessageContaining("401");
        assertThat(Bought.at(platform).order().isConfirmed()).isTrue();
    }

    /** Nothing may be lost for the stranger either, whose server it was that somebody wanted. */
    @Test
    void aStrangersPostgresOnOurPortIsNamedAndLeftAlone() {
        Launch other = Launch.on(PlatformProcess.freshDirectory("not-ours"));
        int theirs = launch.ports().postgres();

        new Refusal(other.withPorts(other.ports().withPostgres(theirs))).names(Integer.toString(theirs));

        assertThat(Bought.at(platform).order().isConfirmed()).isTrue();
    }

    @Test
    void aDirectoryThatIsInUseIsNamedAndLeftAlone() {
        String ours = launch.dataDir().toString();

        new Refusal(Launch.on(PlatformProcess.freshDirectory("second")).with("TROLLEYBUS_DATA_DIR", ours)).names(ours);

        assertThat(Bought.at(platform).order().isConfirmed()).isTrue();
    }
}
