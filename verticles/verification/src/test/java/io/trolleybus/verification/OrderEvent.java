package io.trolleybus.verification;

import com.fasterxml.jackson.databind.JsonNode;

/** One entry of an order's journal. */
record OrderEvent(long version, String type, JsonNode data, String recordedAt) {}
