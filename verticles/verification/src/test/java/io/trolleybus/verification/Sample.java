package io.trolleybus.verification;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * How one request went.
 *
 * @param gateway that was asked
 * @param outcome the status; or what broke, if there was no answer
 */
record Sample(Kind kind, URI gateway, Instant sentAt, Duration took, String outcome) {

    /** What is asked for, and which service answers it. */
    enum Kind {
        BUY("order"),
        ORDERS("order"),
        PRODUCT("inventory"),
        ACCOUNT("user");

        final String service;

        Kind(String service) {
            this.service = service;
        }
    }

    boolean failed() {
        return !outcome.equals("200") && !outcome.equals("201");
    }

    boolean isUnavailable() {
        return outcome.equals("503");
    }

    Instant endedAt() {
        return sentAt.plus(took);
    }

    boolean sentWithin(Instant from, Instant to) {
        return !sentAt.isBefore(from) && sentAt.isBefore(to);
    }
}
