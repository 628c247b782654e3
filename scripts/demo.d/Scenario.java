import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One order and what is promised of it.
 *
 * @param status how it must end
 * @param rejectionCode why it must be rejected, empty when it must not
 * @param limit by when it must have ended
 */
record Scenario(String name, String token, int quantity, String status, String rejectionCode, Duration limit) {
    /** More than any shelf of the demo catalogue holds, and as much as one line may ask for. */
    static final int TOO_MANY = 10_000;

    /** The payment step may take 30 s to give up; the rest is for a busy machine. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    static final List<Scenario> WITHOUT_DOWN = List.of(
            confirmed("a card that works", "tok_ok"),
            confirmed("an answer that takes 2 s", "tok_slow"),
            confirmed("two failures, then success", "tok_flaky"),
            confirmed("a capture whose answer is lost", "tok_lost_reply"),
            rejected("a declined card", "tok_declined", 1, "payment-declined"),
            rejected("insufficient funds", "tok_insufficient_funds", 1, "payment-declined"),
            rejected("more than the shelf holds", "tok_ok", TOO_MANY, "out-of-stock"));

    static final List<Scenario> ALL = Stream.concat(
                    WITHOUT_DOWN.stream(),
                    Stream.of(rejected("a provider that is down", "tok_down", 1, "payment-unavailable")))
            .toList();

    private static Scenario confirmed(String name, String token) {
        return new Scenario(name, token, 1, "CONFIRMED", "", LIMIT);
    }

    private static Scenario rejected(String name, String token, int quantity, String code) {
        return new Scenario(name, token, quantity, "REJECTED", code, LIMIT);
    }

    /** What is wrong with how the order ended, if anything. */
    Optional<String> objectionTo(JsonObject order) {
        String found = order.getString("status");
        if (!found.equals(status)) {
            return Optional.of("ended as " + found + ", promised was " + status);
        }
        JsonObject rejection = order.getJsonObject("rejection");
        String code = rejection == null ? "" : rejection.getString("code");
        if (!code.equals(rejectionCode)) {
            return Optional.of("rejection code is '" + code + "', promised was '" + rejectionCode + "'");
        }
        boolean isShelfNamed =
                rejection != null && rejection.containsKey("sku") && rejection.getInteger("available") != null;
        return rejectionCode.equals("out-of-stock") && !isShelfNamed
                ? Optional.of("the rejection names no product and what is available")
                : Optional.empty();
    }
}
