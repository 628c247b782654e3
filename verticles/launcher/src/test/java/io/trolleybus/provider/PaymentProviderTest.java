package io.trolleybus.provider;

import static io.trolleybus.provider.ProviderUnderTest.charge;
import static io.trolleybus.provider.ProviderUnderTest.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.provider.ProviderUnderTest.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PaymentProviderTest {
    @TempDir
    Path ledger;

    private ProviderUnderTest provider;

    @BeforeEach
    void start() throws Exception {
        provider = new ProviderUnderTest(ledger);
    }

    @AfterEach
    void stop() throws Exception {
        provider.close();
    }

    @Test
    void capturesAndListsWhatItCaptured() throws Exception {
        Response response = provider.postCharge(charge("p-1", "tok_ok"));

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.body())
                .isEqualTo(new JsonObject()
                        .put("paymentId", "p-1")
                        .put("status", "captured")
                        .put("captured", eur(1999))
                        .put("refunded", eur(0)));
        assertThat(provider.get("/ledger").body())
                .isEqualTo(new JsonObject()
                        .put(
                                "items",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("paymentId", "p-1")
                                                .put("orderId", "order-of-p-1")
                                                .put("captured", eur(1999))
                                                .put("refunded", eur(0)))));
        assertThat(provider.get("/charges/p-1").body().getString("status")).isEqualTo("captured");
    }

    @ParameterizedTest
    @CsvSource({
        "tok_declined, card_declined",
        "tok_insufficient_funds, insufficient_funds",
        "tok_never_heard_of, invalid_token"
    })
    void declinesAndRepeatsTheDecline(String token, String code) throws Exception {
        Response first = provider.postCharge(charge("p-1", token));

        assertThat(first.status()).isEqualTo(402);
        assertThat(first.body().getString("status")).isEqualTo("declined");
        assertThat(first.body().getString("code")).isEqualTo(code);
        assertThat(provider.postCharge(charge("p-1", token))).isEqualTo(first);
        assertThat(provider.get("/charges/p-1").body()).isEqualTo(first.body());
        assertThat(ledgerItems()).isEmpty();
    }

    @Test
    void aRepeatedKeyCapturesOnceAndGetsTheFirstAnswer() throws Exception {
        Response first = provider.postCharge(charge("p-1", "tok_ok"));
        provider.refund("p-1", "r-1", 500);

        assertThat(provider.postCharge(charge("p-1", "tok_ok"))).isEqualTo(first);
        assertThat(ledgerItems()).hasSize(1);
    }

    @Test
    void manyAtOnceUnderOneKeyCaptureOnce() throws Exception {
        List<Response> responses = atOnce(32, i -> provider.postCharge(charge("p-1", "tok_ok")));

        assertThat(responses)
                .allSatisfy(response -> assertThat(response.status()).isEqualTo(201));
        assertThat(ledgerItems()).hasSize(1);
    }

    @Test
    void manyAtOnceUnderTheirOwnKeysAreAllCaptured() throws Exception {
        atOnce(300, i -> provider.postCharge(charge("p-" + i, "tok_ok")));

        assertThat(ledgerItems()).hasSize(300);
    }

    @Test
    void theSameKeyWithAnotherBodyIsRefused() throws Exception {
        provider.postCharge(charge("p-1", "tok_ok"));

        assertThat(provider.postCharge(charge("p-1", "tok_ok").put("amount", eur(1)))
                        .status())
                .isEqualTo(422);
        assertThat(provider.postCharge(charge("p-1", "tok_slow")).status()).isEqualTo(422);
        assertThat(provider.postCharge(charge("p-1", "tok_lost_reply")).status())
                .isEqualTo(422);
        assertThat(provider.get("/charges/p-1").body().getJsonObject("captured"))
                .isEqualTo(eur(1999));
    }

    @Test
    void aSlowTokenIsAnsweredLateButOnlyTheFirstTime() throws Exception {
        long startNs = System.nanoTime();
        assertThat(provider.postCharge(charge("p-1", "tok_slow")).status()).isEqualTo(201);
        assertThat(System.nanoTime() - startNs).isGreaterThan(150_000_000L);

        assertThat(provider.postCharge(charge("p-1", "tok_slow")).status()).isEqualTo(201);
        assertThat(ledgerItems()).hasSize(1);
    }

    @Test
    void aFlakyTokenFailsTwicePerKeyThenCaptures() throws Exception {
        for (String key : List.of("p-1", "p-2")) {
            assertThat(provider.postCharge(charge(key, "tok_flaky")).status()).isEqualTo(503);
            assertThat(provider.postCharge(charge(key, "tok_flaky")).status()).isEqualTo(503);
            assertThat(provider.get("/charges/" + key).status()).isEqualTo(404);
            assertThat(provider.postCharge(charge(key, "tok_flaky")).status()).isEqualTo(201);
            assertThat(provider.postCharge(charge(key, "tok_flaky")).status()).isEqualTo(201);
        }
        assertThat(ledgerItems()).hasSize(2);
    }

    @Test
    void aLostReplyIsCapturedOnceAndNeverAnswered() throws Exception {
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> provider.postCharge(charge("p-1", "tok_lost_reply")))
                    .isInstanceOf(IOException.class);
        }
        assertThat(ledgerItems()).hasSize(1);
        assertThat(provider.get("/charges/p-1").status()).isEqualTo(200);
    }

    @Test
    void aTokenThatIsDownDecidesNothing() throws Exception {
        for (int attempt = 0; attempt < 4; attempt++) {
            assertThat(provider.postCharge(charge("p-1", "tok_down")).status()).isEqualTo(503);
        }
        assertThat(provider.get("/charges/p-1").status()).isEqualTo(404);
        assertThat(provider.voidCharge("p-1").status()).isEqualTo(200);
    }

    @Test
    void aVoidedPaymentRefusesTheLateCharge() throws Exception {
        Response voided = provider.voidCharge("p-1");
        assertThat(voided.status()).isEqualTo(200);
        assertThat(voided.body().getString("status")).isEqualTo("voided");
        assertThat(provider.voidCharge("p-1")).isEqualTo(voided);

        for (String token : List.of("tok_ok", "tok_declined", "tok_lost_reply")) {
            Response late = provider.postCharge(charge("p-1", token));
            assertThat(late.status()).isEqualTo(409);
            assertThat(late.body().getString("status")).isEqualTo("voided");
        }
        assertThat(ledgerItems()).isEmpty();
    }

    @Test
    void aVoidDuringASlowChargeWins() throws Exception {
        ExecutorService background = Executors.newSingleThreadExecutor();
        try {
            Future<Response> slow = background.submit(() -> provider.postCharge(charge("p-1", "tok_slow")));
            assertThat(provider.voidCharge("p-1").status()).isEqualTo(200);
            assertThat(slow.get().status()).isEqualTo(409);
        } finally {
            background.shutdownNow();
        }
        assertThat(ledgerItems()).isEmpty();
    }

    @Test
    void aVoidIsRefusedOnceCapturedAndHarmlessOnceDeclined() throws Exception {
        provider.postCharge(charge("captured", "tok_ok"));
        provider.postCharge(charge("declined", "tok_declined"));

        Response refused = provider.voidCharge("captured");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().getString("status")).isEqualTo("captured");
        assertThat(provider.voidCharge("declined").status()).isEqualTo(200);
        assertThat(provider.postCharge(charge("declined", "tok_declined")).status())
                .isEqualTo(402);
    }

    @Test
    void refundsUpToWhatWasCapturedAndNoFurther() throws Exception {
        provider.postCharge(charge("p-1", "tok_ok"));

        Response first = provider.refund("p-1", "r-1", 1500);
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.body().getString("refundId")).isEqualTo("r-1");
        assertThat(first.body().getJsonObject("amount")).isEqualTo(eur(1500));
        assertThat(provider.refund("p-1", "r-2", 500).status()).isEqualTo(409);
        assertThat(provider.refund("p-1", "r-3", 499).status()).isEqualTo(201);
        assertThat(provider.refund("p-1", "r-4", 1).status()).isEqualTo(409);
        assertThat(ledgerItems().getJsonObject(0).getJsonObject("refunded")).isEqualTo(eur(1999));
    }

    @Test
    void aRepeatedRefundIsMadeOnce() throws Exception {
        provider.postCharge(charge("p-1", "tok_ok"));
        Response first = provider.refund("p-1", "r-1", 1999);

        assertThat(provider.refund("p-1", "r-1", 1999)).isEqualTo(first);
        assertThat(provider.refund("p-1", "r-1", 1).status()).isEqualTo(422);
        assertThat(provider.refund("unknown", "r-2", 1).status()).isEqualTo(404);
        assertThat(ledgerItems().getJsonObject(0).getJsonObject("refunded")).isEqualTo(eur(1999));
    }

    @Test
    void aRefundIsFoundByItsPaymentAndKey() throws Exception {
        provider.postCharge(charge("p-1", "tok_ok"));
        provider.postCharge(charge("p-2", "tok_ok"));
        Response made = provider.refund("p-1", "r-1", 500);

        assertThat(provider.get("/charges/p-1/refunds/r-1").body()).isEqualTo(made.body());
        assertThat(provider.get("/charges/p-1/refunds/r-1").status()).isEqualTo(200);
        for (String other : List.of("p-1/refunds/r-2", "p-2/refunds/r-1", "p-3/refunds/r-1", "p-1/refunds/")) {
            assertThat(provider.get("/charges/" + other).status()).isEqualTo(404);
        }
    }

    @Test
    void aFlakyRefundFailsThreeTimesPerKeyAndIsThenMadeOnce() throws Exception {
        assertThat(provider.postCharge(charge("p-1", "tok_refund_flaky")).status())
                .isEqualTo(201);
        for (String key : List.of("r-1", "r-2")) {
            for (int failure = 0; failure < 3; failure++) {
                assertThat(provider.refund("p-1", key, 500).status()).isEqualTo(503);
                assertThat(provider.get("/charges/p-1/refunds/" + key).status()).isEqualTo(404);
            }
            assertThat(provider.refund("p-1", key, 500).status()).isEqualTo(201);
            assertThat(provider.refund("p-1", key, 500).status()).isEqualTo(201);
        }
        assertThat(ledgerItems().getJsonObject(0).getJsonObject("refunded")).isEqualTo(eur(1000));
    }

    @Test
    void aRefundThatIsDownIsNeverMade() throws Exception {
        provider.postCharge(charge("p-1", "tok_refund_down"));

        for (int attempt = 0; attempt < 5; attempt++) {
            assertThat(provider.refund("p-1", "r-1", 500).status()).isEqualTo(503);
        }
        assertThat(ledgerItems().getJsonObject(0).getJsonObject("refunded")).isEqualTo(eur(0));
    }

    @Test
    void aRefundThatIsVoidedIsNeverMadeAndOneThatIsMadeIsNotVoided() throws Exception {
        provider.postCharge(charge("p-1", "tok_ok"));
        provider.refund("p-1", "made", 500);

        for (int again = 0; again < 2; again++) {
            assertThat(provider.voidRefund("p-1", "late").status()).isEqualTo(200);
            assertThat(provider.voidRefund("p-1", "made").status()).isEqualTo(409);
        }
        assertThat(provider.voidRefund("p-1", "made").body().getString("status"))
                .isEqualTo("refunded");
        assertThat(provider.refund("p-1", "late", 500).status()).isEqualTo(409);
        assertThat(provider.refund("p-1", "late", 500).body().getString("status"))
                .isEqualTo("voided");
        assertThat(provider.get("/charges/p-1/refunds/late").body().getString("status"))
                .isEqualTo("voided");
        assertThat(provider.voidRefund("p-2", "made").status()).isEqualTo(422);
        assertThat(provider.voidRefund("p-1", "no/id").status()).isEqualTo(400);
        assertThat(ledgerItems().getJsonObject(0).getJsonObject("refunded")).isEqualTo(eur(500));
    }

    @Test
    void aRefundWhoseReplyIsLostIsMadeOnceAndCanBeAskedFor() throws Exception {
        provider.postCharge(charge("p-1", "tok_refund_lost_reply"));

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> provider.refund("p-1", "r-1", 500)).isInstanceOf(IOException.class);
        }
        assertThat(provider.get("/charges/p-1/refunds/r-1").body().getString("status"))
                .isEqualTo("refunded");
        assertThat(provider.refund("p-1", "r-2", 1500).status()).isEqualTo(409);
        assertThat(ledgerItems().getJsonObject(0).getJsonObject("refunded")).isEqualTo(eur(500));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{\"paymentId\":\"p-1\",\"orderId\":\"o\",\"amount\":1999,\"token\":\"tok_ok\"}",
                "{\"paymentId\":\"p-1\",\"orderId\":\"o\",\"amount\":{\"amount\":19.99,\"currency\":\"EUR\"},\"token\":\"tok_ok\"}",
                "{\"paymentId\":\"p-1\",\"orderId\":\"o\",\"amount\":{\"amount\":0,\"currency\":\"EUR\"},\"token\":\"tok_ok\"}",
                "{\"paymentId\":\"p-1\",\"orderId\":\"o\",\"amount\":{\"amount\":1,\"currency\":\"euro\"},\"token\":\"tok_ok\"}",
                "{\"paymentId\":\"p-2\",\"orderId\":\"o\",\"amount\":{\"amount\":1,\"currency\":\"EUR\"},\"token\":\"tok_ok\"}",
                "{\"paymentId\":\"p-1\",\"orderId\":\"../o\",\"amount\":{\"amount\":1,\"currency\":\"EUR\"},\"token\":\"tok_ok\"}",
            })
    void aMalformedChargeIsRefusedAndLeavesNothing(String body) throws Exception {
        assertThat(provider.post("/charges", "p-1", body).status()).isEqualTo(400);
        assertThat(provider.get("/charges/p-1").status()).isEqualTo(404);
    }

    @Test
    void refusesWhatItDoesNotServe() throws Exception {
        assertThat(provider.get("/elsewhere").status()).isEqualTo(404);
        assertThat(provider.post("/ledger", "p-1", "{}").status()).isEqualTo(404);
        assertThat(provider.send(HttpRequest.newBuilder(provider.base()).DELETE())
                        .status())
                .isEqualTo(405);
    }

    @Test
    void aBodyPastTheLimitIsRefused() throws Exception {
        JsonObject long17KiB = charge("p-1", "tok_ok").put("note", "x".repeat(17 * 1024));

        assertThat(provider.postCharge(long17KiB).status()).isEqualTo(413);
        assertThat(ledgerItems()).isEmpty();
    }

    private JsonArray ledgerItems() throws Exception {
        return provider.get("/ledger").body().getJsonArray("items");
    }

    private interface Attempt {
        Response run(int number) throws Exception;
    }

    private static List<Response> atOnce(int count, Attempt attempt) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Callable<Response>> calls = IntStream.range(0, count)
                    .<Callable<Response>>mapToObj(i -> () -> attempt.run(i))
                    .toList();
            List<Response> responses = new ArrayList<>();
            for (Future<Response> response : threads.invokeAll(calls)) {
                responses.add(response.get());
            }
            return responses;
        } finally {
            threads.shutdownNow();
        }
    }
}
