package io.trolleybus.verification;

/** What tests that run at the same time must not disturb for each other. */
final class Resources {

    /**
     * The shared platform's way to its payment provider. A test that takes it down holds this for writing: its failures
     * open the breaker that everyone's payments pass.
     */
    static final String PROVIDER = "the shared platform's payment provider";

    private Resources() {}
}
