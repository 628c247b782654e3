package io.trolleybus.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.chassis.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SigningKeyTest {
    private static final int COORDINATE_BYTES = 32;

    /** Repeated, since one key in 128 has a coordinate that begins with a zero byte. */
    @RepeatedTest(200)
    void coordinatesAlwaysHaveTheSizeOfTheCurve() {
        var jwk = SigningKey.generate().publicJwk();

        assertThat(Base64.getUrlDecoder().decode(jwk.x())).hasSize(COORDINATE_BYTES);
        assertThat(Base64.getUrlDecoder().decode(jwk.y())).hasSize(COORDINATE_BYTES);
    }

    @Test
    void aKeyIsTheSameAfterItWasStored() {
        SigningKey key = SigningKey.generate();
        SigningKey read = SigningKey.parse(key.toJson());

        assertThat(read.publicJwk()).isEqualTo(key.publicJwk());
        assertThat(read.sign("text".getBytes(StandardCharsets.UTF_8))).hasSize(2 * COORDINATE_BYTES);
    }

    @Test
    void thePublicHalfDoesNotTellThePrivateOne() {
        SigningKey key = SigningKey.generate();

        String secret = new JsonObject(key.toJson()).getString("d");
        assertThat(secret).hasSize(43);
        assertThat(Json.write(key.publicJwk())).doesNotContain(secret);
    }

    @Test
    void whatIsNoKeyIsNotTakenForOne() {
        assertThatThrownBy(() -> SigningKey.parse("no JSON")).isInstanceOf(IllegalArgumentException.class);
    }
}
