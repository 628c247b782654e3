package io.trolleybus.chassis;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/** Why a message got no {@link io.trolleybus.model.Reply}: the failure codes of our bus replies. */
public enum Failure {
    /** More is in flight than the receiver takes on. Not done; try again later. */
    BUSY(1),
    /**
     * The receiver, its database or its callee is out of reach. Perhaps done; the same message id may be sent again.
     */
    UNAVAILABLE(2),
    /** The time was up before it began. Not done. */
    EXPIRED(3),
    /** The body is not what the address takes. Not done; never will be. */
    INVALID(4),
    /** The seal is missing or wrong. Not done. */
    UNSEALED(5),
    /** A defect of the receiver. Perhaps done. */
    INTERNAL(6);

    private final int code;

    Failure(int code) {
        this.code = code;
    }

    ReplyException toReply(String message) {
        return new ReplyException(ReplyFailure.RECIPIENT_FAILURE, code, message);
    }

    /** What a failed request of the bus means to its sender. */
    static Failure of(Throwable cause) {
        if (cause instanceof UnavailableException) {
            return UNAVAILABLE;
        }
        if (cause instanceof BusyException) {
            return BUSY;
        }
        if (!(cause instanceof ReplyException reply)) {
            return INTERNAL;
        }
        if (reply.failureType() != ReplyFailure.RECIPIENT_FAILURE) {
            return UNAVAILABLE;
        }
        for (Failure failure : values()) {
            if (failure.code == reply.failureCode()) {
                return failure;
            }
        }
        return INTERNAL;
    }

    /** Whether sending the same message again can help. */
    boolean isTransient() {
        return this == BUSY || this == UNAVAILABLE;
    }
}
