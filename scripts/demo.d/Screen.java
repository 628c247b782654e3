import io.vertx.core.json.JsonObject;

/** What the visitor sees: plain lines, coloured only on a terminal whose user did not forbid it. */
final class Screen {
    private static final long POLL_MS = 200;

    private final boolean isColoured = System.console() != null && System.getenv("NO_COLOR") == null;

    void heading(String text) {
        System.out.println("\n" + paint("1", text));
    }

    void line(String text) {
        System.out.println("  " + text);
    }

    void good(String text) {
        System.out.println("\n" + paint("32", text));
    }

    void bad(String text) {
        System.out.println(paint("31", "NOT AS PROMISED: " + text));
    }

    /** Pauses between two looks at an order, telling which it is when somebody watches. */
    void waiting(String name) {
        if (isColoured) {
            System.out.print("\r  waiting for: " + name + "\033[K\r");
        }
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    void outcome(String name, boolean isRight, JsonObject order) {
        JsonObject rejection = order.getJsonObject("rejection");
        String why = rejection == null ? "" : "  " + rejection.getString("code") + details(rejection);
        result(name, isRight, String.format("%-10s%s", order.getString("status"), why));
    }

    void result(String name, boolean isRight, String found) {
        String mark = isRight ? paint("32", "ok ") : paint("31", "BAD");
        System.out.println((isColoured ? "\033[K" : "") + String.format("  %s %-32s %s", mark, name, found));
    }

    private static String details(JsonObject rejection) {
        if (rejection.getString("sku") != null) {
            return ": " + rejection.getString("sku") + ", " + rejection.getInteger("available") + " available";
        }
        return rejection.getString("detail") == null ? "" : ": " + rejection.getString("detail");
    }

    /** {@code 19.99 EUR}; the currencies of the demo have two decimals. */
    static String money(Object money) {
        JsonObject parts = money instanceof JsonObject ? (JsonObject) money : new JsonObject().put("amount", money);
        long amount = parts.getLong("amount");
        return String.format("%d.%02d %s", amount / 100, amount % 100, parts.getString("currency", ""))
                .trim();
    }

    private String paint(String code, String text) {
        return isColoured ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
