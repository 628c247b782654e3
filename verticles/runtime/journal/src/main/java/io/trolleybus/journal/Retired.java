package io.trolleybus.journal;

/** Nobody is to read under that name any more. */
final class Retired extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Retired(String name) {
        super(name + " is gone", null, false, false);
    }
}
