package io.trolleybus.chassis;

import io.trolleybus.model.Principal;
import java.util.UUID;

/**
 * What travels with every command beside its body.
 *
 * @param id chosen by the first sender and kept through every retry; receivers remember outcomes by it
 * @param deadlineMs when the sender stops waiting, in milliseconds of this process's clock; it crosses the bus as the
 *     time that is left, so that clocks need not agree
 * @param trace the trace it belongs to
 * @param principal on whose behalf it is sent
 */
public record Call(UUID id, long deadlineMs, Trace trace, Principal principal) {
    public Call withTrace(Trace other) {
        return new Call(id, deadlineMs, other, principal);
    }
}
