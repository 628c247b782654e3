package io.trolleybus.verification;

import org.jspecify.annotations.Nullable;

/** One running instance of a service, as the discovery knows it. */
record Instance(String name, String node, @Nullable String version) {}
