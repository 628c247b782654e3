import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A tour of a running platform: one order for each way a payment can go, each compared with what was promised and
 * with the provider's own ledger. Exits with 0 when all is as promised, 1 when not, 2 for a wrong command line.
 */
public final class Demo {
    private static final String USAGE = """
        usage: scripts/demo [--with-down]
          --with-down  also an order whose payment provider is down, which takes half a minute to end
        Talks to the platform that scripts/run starts; TROLLEYBUS_URL and TROLLEYBUS_PROVIDER_URL name another,
        TROLLEYBUS_HTTP_PORT and TROLLEYBUS_PROVIDER_PORT other ports. NO_COLOR is honoured.
        """;
    private static final int PREFERRED_WAIT_SECONDS = 1;
    private static final int PAGE = 100;
    private static final int CATALOGUE_SHOWN = 8;

    private final Api api;
    private final Api provider;
    private final Screen screen = new Screen();
    private final List<String> broken = new ArrayList<>();
    private String token = "";

    private Demo(Api api, Api provider) {
        this.api = api;
        this.provider = provider;
    }

    public static void main(String[] args) {
        List<String> options = List.of(args);
        if (!List.of("--with-down").containsAll(options)) {
            System.out.print(USAGE);
            System.exit(options.contains("--help") ? 0 : 2);
        }
        String url = Addresses.platform();
        try {
            boolean kept = new Demo(new Api(url), new Api(Addresses.provider())).tour(options.contains("--with-down"));
            System.exit(kept ? 0 : 1);
        } catch (UncheckedIOException e) {
            System.err.println(
                    "demo: nothing answers at " + url + " (" + e.getMessage() + "): start scripts/run first");
        } catch (IllegalStateException e) {
            System.err.println("demo: " + e.getMessage());
        }
        System.exit(1);
    }

    private boolean tour(boolean isDownShown) {
        signUp();
        JsonObject product = chooseProduct();

        screen.heading("Orders, one for each way it can go");
        List<Scenario> scenarios = isDownShown ? Scenario.ALL : Scenario.WITHOUT_DOWN;
        List<Visit> visits =
                scenarios.stream().map(scenario -> place(scenario, product)).toList();
        List<Visit> ended = visits.stream().map(this::watch).toList();
        ended.forEach(this::judge);

        judgeLedger(ended);
        showTimeline(ended.get(0));
        if (broken.isEmpty()) {
            screen.good("All " + ended.size() + " orders ended as promised.");
        } else {
            broken.forEach(screen::bad);
        }
        return broken.isEmpty();
    }

    /** An order on its way: what is to become of it, and how it was last seen. */
    private record Visit(Scenario scenario, JsonObject order) {
        String id() {
            return order.getString("id");
        }
    }

    private void signUp() {
        String email = "demo-" + UUID.randomUUID().toString().substring(0, 8) + "@example.com";
        String password = "Take-the-next-trolleybus-7";
        JsonObject account = new JsonObject().put("email", email).put("password", password);
        screen.heading("A customer");
        api.post("/api/v1/users", "", account.copy().put("name", "Demo Rider")).expect(201);
        token = api.login(email, password);
        screen.line("registered and logged in as " + email);
    }

    private JsonObject chooseProduct() {
        screen.heading("The catalogue");
        List<JsonObject> products =
                items(api.get("/api/v1/products?limit=" + PAGE, "").expect(200));
        products.stream()
                .limit(CATALOGUE_SHOWN)
                .forEach(product -> screen.line(String.format(
                        "%-16s %-36s %12s %8d available",
                        product.getString("sku"),
                        product.getString("name"),
                        Screen.money(product.getJsonObject("price")),
                        product.getInteger("available"))));
        screen.line("and so on: " + products.size() + " products on the first page");
        // One unit for each order, and fewer than the order that is to find the shelf empty asks for.
        return products.stream()
                .filter(product -> product.getInteger("available") >= Scenario.ALL.size())
                .filter(product -> product.getInteger("available") < Scenario.TOO_MANY)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no product has enough stock; try scripts/run --reset"));
    }

    private Visit place(Scenario scenario, JsonObject product) {
        JsonObject line = new JsonObject().put("sku", product.getString("sku")).put("quantity", scenario.quantity());
        JsonObject body = new JsonObject()
                .put("lines", new JsonArray().add(line))
                .put("payment", new JsonObject().put("token", scenario.token()));
        Map<String, String> headers =
                Map.of("Idempotency-Key", UUID.randomUUID().toString(), "Prefer", "wait=" + PREFERRED_WAIT_SECONDS);
        return new Visit(
                scenario, api.post("/api/v1/orders", token, body, headers).expect(201));
    }

    /** Looks until the order has ended, or until its scenario's time is over. */
    private Visit watch(Visit visit) {
        long deadline = System.nanoTime() + visit.scenario.limit().toNanos();
        Visit seen = visit;
        while (seen.order.getString("status").equals("PENDING") && System.nanoTime() < deadline) {
            screen.waiting(visit.scenario.name());
            seen = new Visit(
                    visit.scenario,
                    api.get("/api/v1/orders/" + visit.id(), token).expect(200));
        }
        return seen;
    }

    private void judge(Visit visit) {
        Optional<String> objection = visit.scenario.objectionTo(visit.order);
        screen.outcome(visit.scenario.name(), objection.isEmpty(), visit.order);
        objection.ifPresent(reason -> broken.add(visit.scenario.name() + ": " + reason));
    }

    private void judgeLedger(List<Visit> visits) {
        screen.heading("What the payment provider says");
        List<JsonObject> ledger = items(provider.get("/ledger", "").expect(200));
        for (Visit visit : visits) {
            List<JsonObject> captures = ledger.stream()
                    .filter(entry -> visit.id().equals(entry.getString("orderId")))
                    .toList();
            boolean isConfirmed = visit.scenario.status().equals("CONFIRMED");
            boolean isRight = isConfirmed
                    ? captures.size() == 1 && amount(captures.get(0), "captured") == amount(visit.order, "total")
                    : captures.isEmpty();
            String found = captures.isEmpty()
                    ? "no capture"
                    : captures.size() + " capture of "
                            + Screen.money(captures.get(0).getValue("captured"));
            screen.result(visit.scenario.name(), isRight, found);
            if (!isRight) {
                broken.add(visit.scenario.name() + ": the ledger shows " + found + ", the order "
                        + visit.order.getString("status") + " over " + Screen.money(visit.order.getValue("total")));
            }
        }
    }

    /** Money stands as an object everywhere in the contract; a bare number is read as minor units. */
    private static long amount(JsonObject holder, String field) {
        Object value = holder.getValue(field);
        return value instanceof JsonObject ? ((JsonObject) value).getLong("amount") : ((Number) value).longValue();
    }

    private void showTimeline(Visit visit) {
        screen.heading("The journal of order " + visit.order.getString("number") + " (" + visit.id() + ")");
        List<JsonObject> events =
                items(api.get("/api/v1/orders/" + visit.id() + "/events", token).expect(200));
        for (int i = 0; i < events.size(); i++) {
            JsonObject event = events.get(i);
            screen.line(String.format(
                    "%3d  %-18s %s",
                    event.getInteger("version"), event.getString("type"), event.getString("recordedAt")));
            if (event.getInteger("version") != i + 1) {
                broken.add("the journal has a gap before version " + event.getInteger("version"));
            }
        }
        List<String> types =
                events.stream().map(event -> event.getString("type")).toList();
        if (!types.containsAll(List.of("OrderCreated", "PaymentProcessed", "OrderConfirmed"))) {
            broken.add("the journal of a confirmed order says only " + types);
        }
    }

    private static List<JsonObject> items(JsonObject list) {
        return list.getJsonArray("items").stream().map(JsonObject.class::cast).toList();
    }
}
