package io.trolleybus.saga;

/**
 * The receiver of a step's command says that it tried and could not. It may be asked again; whether it has been done
 * after all, nobody knows.
 */
public final class StepFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    /** @param why for a person */
    public StepFailedException(String why) {
        super(why, null, false, false);
        this.why = why;
    }

    String why() {
        return why;
    }
}
