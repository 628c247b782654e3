package io.trolleybus.gateway;

/**
 * How long a client may take.
 *
 * @param firstHeadMs from connecting to the end of its first request's head
 * @param bodyMs from there to the end of the body
 * @param stepMs from a request to its answer, and from an answer to the next request; more than the longest wait that a
 *     request can ask for
 */
record Patience(long firstHeadMs, long bodyMs, long stepMs) {
    static final Patience DEFAULT = new Patience(10_000, 10_000, 75_000);
}
