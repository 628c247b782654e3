package io.trolleybus.verification;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A way through sagas: what is asked for, what is written then, one thing after the other, and how it ends whoever dies
 * at whichever of these writes. A process that dies at one has done all before it and nothing from there on; so the
 * write after a step's last one is where the step is done and nobody knows it yet.
 */
final class SagaPath {
    private final String name;
    private final List<Passage> passages = new ArrayList<>();
    private String token = "tok_ok";
    private long units = 2;
    private Consumer<SagaTrial> before = trial -> {};
    private Consumer<SagaTrial> request = SagaTrial::place;
    private Consumer<SagaTrial> then = trial -> {};
    private SagaEnding ending = SagaEnding.CONFIRMED;

    /**
     * One write on the way.
     *
     * @param step that it belongs to, as {@code saga direction step}; empty if it belongs to none
     */
    record Passage(SagaPath path, SagaWrite write, String step) {
        @Override
        public String toString() {
            return path + ", at " + write;
        }
    }

    private SagaPath(String name) {
        this.name = name;
    }

    /** An order that is placed, unless something else is said. */
    static SagaPath of(String name) {
        return new SagaPath(name);
    }

    SagaPath paidWith(String other) {
        token = other;
        return this;
    }

    SagaPath ordering(long others) {
        units = others;
        return this;
    }

    /** @param done what is done before the request */
    SagaPath after(Consumer<SagaTrial> done) {
        before = done;
        return this;
    }

    /** @param other the request, which may be repeated */
    SagaPath asking(Consumer<SagaTrial> other) {
        request = other;
        return this;
    }

    /** @param more what somebody has to do so that it comes to its end */
    SagaPath then(Consumer<SagaTrial> more) {
        then = more;
        return this;
    }

    SagaPath writes(SagaWrite... writes) {
        return step("", writes);
    }

    /** @param step as {@code saga direction step} */
    SagaPath step(String step, SagaWrite... writes) {
        for (SagaWrite write : writes) {
            passages.add(new Passage(this, write, step));
        }
        return this;
    }

    SagaPath endingAs(SagaEnding other) {
        ending = other;
        return this;
    }

    List<Passage> passages() {
        return List.copyOf(passages);
    }

    /** Done up to the request. */
    SagaTrial begun(Platform platform) {
        var trial = new SagaTrial(platform, token, units);
        before.accept(trial);
        return trial;
    }

    void request(SagaTrial trial) {
        request.accept(trial);
    }

    void awaitEnd(SagaTrial trial) {
        then.accept(trial);
        ending.awaitFor(trial);
    }

    @Override
    public String toString() {
        return name;
    }
}
