package io.trolleybus.provider;

import java.io.IOException;
import java.io.Serial;

/** The ledger cannot be believed; the message names the file and the line, for a person to look at. */
final class LedgerCorrupt extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    LedgerCorrupt(String message) {
        super(message);
    }
}
