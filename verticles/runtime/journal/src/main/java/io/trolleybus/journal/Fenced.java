package io.trolleybus.journal;

/** Another reader of the same name was faster: what is stored says where to go on. */
final class Fenced extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Fenced(String name) {
        super(name + " was advanced by another reader", null, false, false);
    }
}
