package io.trolleybus.saga;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Those who carry out the commands of a saga with two steps; they do as the test says, else all is done. Thread-safe.
 */
final class Receivers {
    static final Refusal NO = Refusal.of("no", "it is not possible");
    static final Answer DONE = () -> Future.succeededFuture(Reply.done("done"));
    static final Answer REFUSED = () -> Future.succeededFuture(Reply.refused(NO));
    static final Answer UNANSWERED = () -> Future.failedFuture("nobody answers");
    static final Answer THROWN = () -> {
        throw new IllegalStateException("a bug");
    };

    /** How a command is answered. */
    @FunctionalInterface
    interface Answer {
        Future<Reply<String>> give();
    }

    /** A command as it was received. */
    record Sent(String command, UUID trip, UUID id) {}

    final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final Map<String, Queue<Answer>> answers = new ConcurrentHashMap<>();

    /** A flight, then a hotel. */
    SagaDefinition<Trips.Trip> version1() {
        return withHotel(withFlight(1)).build();
    }

    /** A car between the two. */
    SagaDefinition<Trips.Trip> version2() {
        var table = withFlight(2)
                .step("book-car", command("book car"))
                .undo(command("cancel car"))
                .within(Duration.ofSeconds(30), "car-too-late");
        return withHotel(table).build();
    }

    private SagaDefinition.Table<Trips.Trip> withFlight(int version) {
        return SagaDefinition.<Trips.Trip>named("trip", version)
                .step("book-flight", command("book flight"))
                .undo(command("cancel flight"))
                .within(Duration.ofSeconds(30), "flight-too-late");
    }

    private SagaDefinition.Table<Trips.Trip> withHotel(SagaDefinition.Table<Trips.Trip> table) {
        return table.step("book-hotel", command("book hotel"))
                .undo(command("cancel hotel"))
                .within(Duration.ofSeconds(30), "hotel-too-late");
    }

    /** The next answers to a command; after them it is done. */
    void answer(String command, Answer... next) {
        answers.put(command, new ArrayDeque<>(List.of(next)));
    }

    /** The next copy of the command is held until the test answers it. */
    Promise<Reply<String>> hold(String command) {
        Promise<Reply<String>> answer = Promise.promise();
        answer(command, answer::future);
        return answer;
    }

    List<String> commands() {
        return sent.stream().map(Sent::command).toList();
    }

    private StepCommand<Trips.Trip> command(String name) {
        return (trip, call) -> receive(name, trip, call);
    }

    private Future<Reply<String>> receive(String name, Trips.Trip trip, Call call) {
        sent.add(new Sent(name, trip.id(), call.id()));
        var next = answers.getOrDefault(name, new ArrayDeque<>()).poll();
        return (next == null ? DONE : next).give();
    }
}
