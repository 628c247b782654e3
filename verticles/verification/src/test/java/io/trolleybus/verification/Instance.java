package io.trolleybus.verification;

/** One running instance of a service, as the discovery knows it. */
record Instance(String name, String node, String version) {}
