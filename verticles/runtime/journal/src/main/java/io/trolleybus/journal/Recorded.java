package io.trolleybus.journal;

import java.time.Instant;

/** An event as it was recorded, with its place in its stream. */
public record Recorded<E>(int version, String type, E event, Instant recordedAt) {}
