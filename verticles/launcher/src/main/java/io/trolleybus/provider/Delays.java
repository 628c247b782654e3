package io.trolleybus.provider;

/** How long the bank keeps its clients waiting; tests shorten it. */
record Delays(long slowMs, long lostReplyMs) {
    static final Delays PUBLISHED = new Delays(2_000, 30_000);
}
