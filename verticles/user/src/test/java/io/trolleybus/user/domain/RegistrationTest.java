package io.trolleybus.user.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.EmailAddress;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {
    private static final String GOOD_PASSWORD = "a quiet tram";

    private static String codeFor(String email, String password, String name) {
        return new Registration(email, password, name)
                .objection()
                .map(Refusal::code)
                .orElse("accepted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ada@example.org", "  ada@example.org ", "a.d+a@mail.example.org", "ada@b\u00fccher.example"})
    void anAddressIsAccepted(String email) {
        assertThat(codeFor(email, GOOD_PASSWORD, "Ada")).isEqualTo("accepted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "@example.org",
                "ada@",
                "ada@example",
                "a da@example.org",
                "ada@@example.org",
                "ada@.org"
            })
    void whatIsNoAddressIsRefused(String email) {
        assertThat(codeFor(email, GOOD_PASSWORD, "Ada")).isEqualTo(Refusals.INVALID);
    }

    @Test
    void anAddressOrNameMayNotBeEndless() {
        String host = ("a".repeat(60) + '.').repeat(4) + "org";
        assertThat(codeFor("a".repeat(20) + '@' + host, GOOD_PASSWORD, "Ada")).isEqualTo(Refusals.INVALID);
        assertThat(codeFor("ada@example.org", GOOD_PASSWORD, "A".repeat(Registration.MAX_NAME_CHARS + 1)))
                .isEqualTo(Refusals.INVALID);
        assertThat(codeFor("ada@example.org", GOOD_PASSWORD, "  ")).isEqualTo(Refusals.INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ninechars",
                "Password123",
                "QWERTYUIOP",
                "aaaaaaaaaaaa",
                "abababababab",
                "my ADA@example.org!"
            })
    void aWeakPasswordIsRefused(String password) {
        assertThat(codeFor("ada@example.org", password, "Ada")).isEqualTo(Refusals.WEAK_PASSWORD);
    }

    @Test
    void aPasswordMayBeLongButNotEndless() {
        String pattern = "0123456789abcdef";
        assertThat(codeFor("ada@example.org", pattern.repeat(8), "Ada")).isEqualTo("accepted");
        assertThat(codeFor("ada@example.org", pattern.repeat(8) + "x", "Ada")).isEqualTo(Refusals.WEAK_PASSWORD);
    }

    @Test
    void addressesAreComparedWithoutRegardToCase() {
        assertThat(EmailAddress.comparable(" Ada@Example.ORG")).isEqualTo("ada@example.org");
    }
}
