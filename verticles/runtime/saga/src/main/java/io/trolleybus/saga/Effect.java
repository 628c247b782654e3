package io.trolleybus.saga;

import java.time.Duration;

/** What the runner is to do next. */
public sealed interface Effect {
    Effect NONE = new Nothing();

    /** Send a step's action after a pause. */
    record Act(int step, Duration pause) implements Effect {}

    /** Send a step's compensation after a pause. */
    record Undo(int step, Duration pause) implements Effect {}

    /** Wait for an operator, or for ever. */
    record Nothing() implements Effect {}
}
