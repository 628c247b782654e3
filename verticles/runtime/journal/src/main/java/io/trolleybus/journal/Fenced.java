package io.trolleybus.journal;

/** Another reader of the same name was faster, or nobody is to read under that name any more. */
final class Fenced extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Fenced(String name) {
        super(name + " was advanced by another reader, or is gone", null, false, false);
    }
}
