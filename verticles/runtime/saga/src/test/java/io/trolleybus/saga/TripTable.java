package io.trolleybus.saga;

import java.time.Duration;

/** The tests' table for the pure engine: three steps whose commands are never sent. */
final class TripTable {
    static final int FLIGHT = 0;
    static final int HOTEL = 1;
    static final int CAR = 2;
    static final Duration LIMIT = Duration.ofSeconds(30);
    static final String LATE = "too-late";

    static final StepCommand<String> UNSENT = (subject, call) -> {
        throw new AssertionError("the pure engine sends nothing");
    };

    static final SagaDefinition<String> TABLE = SagaDefinition.<String>named("trip", 1)
            .step("book-flight", UNSENT)
            .undo(UNSENT)
            .within(LIMIT, LATE)
            .step("book-hotel", UNSENT)
            .undo(UNSENT)
            .within(LIMIT, LATE)
            .step("book-car", UNSENT)
            .undo(UNSENT)
            .within(LIMIT, LATE)
            .build();

    private TripTable() {}
}
