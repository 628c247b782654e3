package io.trolleybus.provider;

import static io.trolleybus.provider.ProviderUnderTest.charge;
import static io.trolleybus.provider.ProviderUnderTest.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.provider.ProviderUnderTest.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LedgerDurabilityTest {
    @TempDir
    Path directory;

    @Test
    void aRestartKeepsEveryOutcome() throws Exception {
        JsonArray before;
        Response declined;
        try (ProviderUnderTest provider = new ProviderUnderTest(directory)) {
            provider.postCharge(charge("captured", "tok_ok"));
            provider.refund("captured", "r-1", 500);
            declined = provider.postCharge(charge("declined", "tok_declined"));
            provider.voidCharge("voided");
            provider.voidRefund("captured", "r-voided");
            before = items(provider);
        }
        try (ProviderUnderTest provider = new ProviderUnderTest(directory)) {
            assertThat(items(provider)).isEqualTo(before);
            assertThat(before.getJsonObject(0).getJsonObject("refunded")).isEqualTo(eur(500));
            assertThat(provider.postCharge(charge("captured", "tok_ok")).status())
                    .isEqualTo(201);
            assertThat(provider.postCharge(charge("declined", "tok_declined"))).isEqualTo(declined);
            assertThat(provider.postCharge(charge("voided", "tok_ok")).status()).isEqualTo(409);
            assertThat(provider.refund("captured", "r-1", 500).status()).isEqualTo(201);
            assertThat(provider.get("/charges/captured/refunds/r-1").status()).isEqualTo(200);
            assertThat(provider.refund("captured", "r-2", 1500).status()).isEqualTo(409);
            assertThat(provider.refund("captured", "r-voided", 1).status()).isEqualTo(409);
            assertThat(items(provider)).isEqualTo(before);
        }
    }

    @Test
    void aTornLastLineIsCutOffWhereverItIsTorn() throws Exception {
        List<String> lines = twoLines();
        String torn = lines.get(1) + "\n";
        for (int kept = 1; kept < torn.length(); kept += 7) {
            Files.writeString(file(), lines.get(0) + "\n" + torn.substring(0, kept));
            try (ProviderUnderTest provider = new ProviderUnderTest(directory)) {
                assertThat(items(provider)).hasSize(1);
            }
            assertThat(Files.readAllLines(file())).containsExactly(lines.get(0));
        }
    }

    @Test
    void aLastLineWithAHoleIsCutOffAndTheKeyIsFreeAgain() throws Exception {
        List<String> lines = twoLines();
        byte[] whole = Files.readAllBytes(file());
        whole[whole.length - 40] = 0;
        Files.write(file(), whole);

        try (ProviderUnderTest provider = new ProviderUnderTest(directory)) {
            assertThat(provider.get("/charges/p-2").status()).isEqualTo(404);
            assertThat(provider.postCharge(charge("p-2", "tok_ok")).status()).isEqualTo(201);
        }
        assertThat(Files.readAllLines(file())).isEqualTo(lines);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 60, 150})
    void aCorruptMiddleRefusesToStartNamingTheLine(int position) throws Exception {
        twoLines();
        byte[] whole = Files.readAllBytes(file());
        whole[position] ^= 1;
        Files.write(file(), whole);

        assertThatThrownBy(() -> new ProviderUnderTest(directory).close())
                .isInstanceOf(LedgerCorrupt.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining(file().toString());
        assertThat(Files.readAllBytes(file())).isEqualTo(whole);
    }

    @Test
    void aMissingOrRepeatedLineRefusesToStart() throws Exception {
        List<String> lines = twoLines();

        Files.writeString(file(), lines.get(1) + "\n");
        assertThatThrownBy(() -> new ProviderUnderTest(directory).close()).hasMessageContaining("sequence");

        List<String> repeated = new ArrayList<>(lines);
        repeated.add(lines.get(0));
        Files.write(file(), repeated);
        assertThatThrownBy(() -> new ProviderUnderTest(directory).close()).hasMessageContaining("line 3");
    }

    @Test
    void aSecondProviderOnTheSameLedgerIsRefused() throws Exception {
        ProviderUnderTest first = new ProviderUnderTest(directory);
        try {
            assertThatThrownBy(() -> new ProviderUnderTest(directory).close()).hasMessageContaining("in use");
        } finally {
            first.close();
        }
    }

    @Test
    void linesAreJsonThatAnyToolReads() throws Exception {
        twoLines();

        for (String line : Files.readAllLines(file())) {
            assertThat(new JsonObject(line).getJsonArray("entries")).hasSize(1);
        }
    }

    private List<String> twoLines() throws Exception {
        try (ProviderUnderTest provider = new ProviderUnderTest(directory)) {
            provider.postCharge(charge("p-1", "tok_ok"));
            provider.postCharge(charge("p-2", "tok_ok"));
        }
        return Files.readAllLines(file());
    }

    private Path file() {
        return directory.resolve("ledger.jsonl");
    }

    private static JsonArray items(ProviderUnderTest provider) throws Exception {
        return provider.get("/ledger").body().getJsonArray("items");
    }
}
