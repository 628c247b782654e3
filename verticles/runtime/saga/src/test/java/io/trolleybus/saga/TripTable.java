package io.trolleybus.saga;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import java.time.Duration;

/** The tests' table for the pure engine: three steps whose commands are never sent. */
final class TripTable {
    static final int FLIGHT = 0;
    static final int HOTEL = 1;
    static final int CAR = 2;
    static final Duration LIMIT = Duration.ofSeconds(30);
    static final String LATE = "too-late";

    static final SagaDefinition<String> TABLE = SagaDefinition.<String>named("trip", 1)
            .step("book-flight", TripTable::unsent)
            .undo(TripTable::unsent)
            .within(LIMIT, LATE)
            .step("book-hotel", TripTable::unsent)
            .undo(TripTable::unsent)
            .within(LIMIT, LATE)
            .step("book-car", TripTable::unsent)
            .undo(TripTable::unsent)
            .within(LIMIT, LATE)
            .build();

    private TripTable() {}

    private static Future<Reply<String>> unsent(String subject, Call call) {
        throw new AssertionError("the pure engine sends nothing");
    }
}
