package io.trolleybus.payment;

import io.trolleybus.testkit.Futures;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The provider's side of the contract over real HTTP, with the faults that a test asks for. */
final class ScriptedProvider {
    /** What becomes of the next requests. */
    enum Mood {
        WELL,
        /** Does nothing and answers 503. */
        OUT_OF_ORDER,
        /** Does what it is asked, and cuts the connection instead of answering. */
        FORGETS_TO_ANSWER,
        /** Makes no refund, for good. */
        KEEPS_THE_MONEY
    }

    private final HttpServer server;
    private final Map<String, JsonObject> charges = new ConcurrentHashMap<>();
    private final Map<String, JsonObject> refunds = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> traceparents = new CopyOnWriteArrayList<>();
    private volatile Mood mood = Mood.WELL;

    private ScriptedProvider(Vertx vertx) {
        server = Futures.await(
                vertx.createHttpServer().requestHandler(this::receive).listen(0, "127.0.0.1"));
    }

    static ScriptedProvider start(Vertx vertx) {
        return new ScriptedProvider(vertx);
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    void feel(Mood now) {
        mood = now;
    }

    /** Method and last part of the path of each request, ids left out. */
    List<String> requests() {
        return requests;
    }

    List<String> traceparents() {
        return traceparents;
    }

    JsonObject charge(Object paymentId) {
        return charges.getOrDefault(paymentId.toString(), new JsonObject());
    }

    int refunds() {
        return refunds.size();
    }

    private void receive(HttpServerRequest request) {
        String[] path = request.path().split("/");
        requests.add(request.method() + " " + nameOf(path));
        traceparents.add(String.valueOf(request.getHeader("traceparent")));
        Mood now = mood;
        request.body().onSuccess(body -> {
            if (now == Mood.OUT_OF_ORDER) {
                request.response().setStatusCode(503).end();
                return;
            }
            boolean refuses = now == Mood.KEEPS_THE_MONEY && path[path.length - 1].equals("refunds");
            JsonObject answer = refuses ? new JsonObject().put("http", 409) : answer(request, path, body);
            if (now == Mood.FORGETS_TO_ANSWER) {
                request.connection().close();
            } else {
                int code = answer.getInteger("http");
                request.response().setStatusCode(code).end(answer.toBuffer());
            }
        });
    }

    private static String nameOf(String[] path) {
        return switch (path.length) {
            case 3 -> "charge";
            case 5 -> "refund";
            case 6 -> "void refund";
            default -> path[path.length - 1];
        };
    }

    private JsonObject answer(HttpServerRequest request, String[] path, Buffer body) {
        if (request.method().equals(HttpMethod.GET)) {
            JsonObject known = path.length == 5 ? refunds.get(path[4]) : charges.get(path[2]);
            return known == null
                    ? new JsonObject().put("http", 404)
                    : known.copy().put("http", 200);
        }
        if (path.length == 2) {
            return charge(request.getHeader("Idempotency-Key"), body.toJsonObject());
        }
        if (path.length == 6) {
            return voidRefund(path[4]);
        }
        return path[3].equals("void")
                ? voidCharge(path[2])
                : refund(path[2], request.getHeader("Idempotency-Key"), body.toJsonObject());
    }

    private JsonObject charge(String id, JsonObject asked) {
        JsonObject decided = charges.computeIfAbsent(id, key -> {
            JsonObject amount = asked.getJsonObject("amount");
            return asked.getString("token").equals("tok_declined")
                    ? new JsonObject().put("status", "declined").put("code", "card_declined")
                    : new JsonObject()
                            .put("status", "captured")
                            .put("captured", amount)
                            .put("refunded", amount.copy().put("amount", 0));
        });
        int code =
                switch (decided.getString("status")) {
                    case "captured" -> 201;
                    case "declined" -> 402;
                    default -> 409;
                };
        return decided.copy().put("http", code);
    }

    private JsonObject voidCharge(String id) {
        JsonObject decided = charges.computeIfAbsent(id, key -> new JsonObject().put("status", "voided"));
        return decided.copy().put("http", decided.getString("status").equals("captured") ? 409 : 200);
    }

    private JsonObject voidRefund(String key) {
        JsonObject decided = refunds.computeIfAbsent(key, absent -> new JsonObject().put("status", "voided"));
        return decided.copy().put("http", decided.getString("status").equals("voided") ? 200 : 409);
    }

    private JsonObject refund(String id, String key, JsonObject asked) {
        JsonObject amount = asked.getJsonObject("amount");
        JsonObject charge = charges.get(id);
        int sum = charge.getJsonObject("refunded").getInteger("amount") + amount.getInteger("amount");
        if (!refunds.containsKey(key)) {
            if (sum > charge.getJsonObject("captured").getInteger("amount")) {
                return new JsonObject().put("http", 409);
            }
            charge.getJsonObject("refunded").put("amount", sum);
            refunds.put(key, new JsonObject().put("status", "refunded").put("amount", amount));
        }
        JsonObject decided = refunds.get(key);
        return decided.copy().put("http", decided.getString("status").equals("voided") ? 409 : 201);
    }
}
