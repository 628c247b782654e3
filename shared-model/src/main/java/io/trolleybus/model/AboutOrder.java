package io.trolleybus.model;

import java.util.UUID;

/** A command or an answer that is about one order, so that traces and logs can be found by it. */
public interface AboutOrder {
    UUID orderId();
}
