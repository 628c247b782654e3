package io.trolleybus.verification;

import static io.trolleybus.verification.Promise.answer;
import static io.trolleybus.verification.Promise.invalid;
import static io.trolleybus.verification.Promise.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** What is promised about accounts and sessions. */
record AccountPromises(Cast cast) {
    private static final String USERS = "/api/v1/users";
    private static final String ME = USERS + "/me";
    private static final String OTHER_PASSWORD = "wrong-horse-battery-staple";
    private static final String WEAK_PASSWORD = "password123";

    Stream<Promise> all() {
        return Stream.of(registering(), sessions(), ownAccount(), passwords(), others(), withOrders())
                .flatMap(promises -> promises);
    }

    private Stream<Promise> registering() {
        return Stream.of(
                answer(
                                "registerUser",
                                201,
                                "the account, and where it is",
                                () -> register(newEmail(), Customer.PASSWORD))
                        .and(reply -> {
                            assertThat(reply.header("Location")).hasValue(USERS + "/" + text(reply, "id"));
                            assertThat(reply.json().path("roles")).hasToString("[\"customer\"]");
                            assertThat(reply.body()).doesNotContain(Customer.PASSWORD);
                        }),
                refusal(
                        "registerUser",
                        409,
                        "email-taken",
                        "whoever asks",
                        () -> register(cast.alice().email(), Customer.PASSWORD)),
                refusal(
                        "registerUser",
                        400,
                        "weak-password",
                        "if it is guessed at once",
                        () -> register(newEmail(), WEAK_PASSWORD)),
                invalid("registerUser", "/email", "if that is no address", () -> register("ada", Customer.PASSWORD)));
    }

    private Stream<Promise> sessions() {
        return Stream.of(
                answer("login", 200, "tokens", () -> login(cast.alice().email(), Customer.PASSWORD))
                        .and(reply -> assertThat(reply.json().path("expiresIn").asInt())
                                .isPositive()),
                refusal("login", 401, "bad-credentials", "the same for a wrong password and an unknown address", () -> {
                    Problem unknown = login(newEmail(), OTHER_PASSWORD).expectProblem(401);
                    Reply wrong = login(cast.alice().email(), OTHER_PASSWORD);
                    assertThat(wrong.expectProblem(401).detail()).isEqualTo(unknown.detail());
                    return wrong;
                }),
                answer("refresh", 200, "new tokens", () -> refresh(tokens(cast.alice())))
                        .and(reply -> assertThat(new Session(cast.anybody(), text(reply, "accessToken"))
                                        .get(ME)
                                        .status())
                                .isEqualTo(200)),
                answer("refresh", 401, "once used, for the whole family", () -> {
                    String first = tokens(cast.alice());
                    String second = text(refresh(first).expect(200), "refreshToken");
                    refresh(first).expectProblem(401);
                    return refresh(second);
                }),
                answer(
                        "logout",
                        204,
                        "no more of that session",
                        () -> post("/api/v1/auth/logout", Map.of("refreshToken", tokens(cast.alice())))));
    }

    private Stream<Promise> ownAccount() {
        return Stream.of(
                answer("getMe", 200, "the account", () -> cast.alice().session().get(ME))
                        .telling("/email", cast.alice().email()),
                answer("changeMe", 200, "the account with another name", () -> rename("Augusta"))
                        .telling("/name", "Augusta"),
                invalid("changeMe", "/name", "if it is empty", () -> rename("")),
                answer("exportMe", 200, "all that is kept", () -> cast.alice()
                                .session()
                                .get(ME + "/export"))
                        .telling("/history/0/type", "UserRegistered"),
                answer(
                        "eraseMe",
                        204,
                        "nothing is left",
                        () -> Cast.send(cast.shop().newCustomer().session(), "DELETE", ME)),
                refusal(
                        "eraseMe",
                        409,
                        "last-operator",
                        "since one must be left",
                        () -> Cast.send(cast.operator(), "DELETE", ME)));
    }

    private Stream<Promise> passwords() {
        return Stream.of(
                answer("changePassword", 204, "other sessions are over", () -> {
                    Customer ada = cast.shop().newCustomer();
                    String other = tokens(ada);
                    Reply changed = changePassword(ada.session(), Customer.PASSWORD, OTHER_PASSWORD);
                    refresh(other).expectProblem(401);
                    return changed;
                }),
                refusal(
                        "changePassword",
                        403,
                        "wrong-password",
                        "if it is not the current one",
                        () -> changePassword(cast.mallory(), OTHER_PASSWORD, OTHER_PASSWORD)),
                refusal(
                        "changePassword",
                        400,
                        "weak-password",
                        "if it is guessed at once",
                        () -> changePassword(cast.mallory(), Customer.PASSWORD, WEAK_PASSWORD)));
    }

    private Stream<Promise> others() {
        String alice = USERS + "/" + cast.alice().id();
        return Stream.of(
                answer("getUser", 200, "to its owner", () -> cast.alice()
                        .session()
                        .get(alice)),
                answer("getUser", 200, "to an operator", () -> cast.operator().get(alice)),
                answer("changeUser", 200, "a user who is kept out", () -> {
                            String path = USERS + "/" + text(register(newEmail(), Customer.PASSWORD), "id");
                            return Cast.send(cast.operator(), "PATCH", path, Map.of("disabled", true));
                        })
                        .telling("/disabled", true),
                refusal("changeUser", 409, "own-account", "since nobody locks themselves out", () -> {
                    String path = USERS + "/" + text(cast.operator().get(ME), "id");
                    return Cast.send(cast.operator(), "PATCH", path, Map.of("disabled", true));
                }));
    }

    private Stream<Promise> withOrders() {
        String path = USERS + "/" + cast.alice().id() + "/orders?limit=1";
        return Stream.of(answer("getUserOrders", 200, "account, orders and payments in one", () -> {
                    cast.confirmed();
                    return cast.alice().session().get(path);
                })
                .telling("/user/id", cast.alice().id())
                .telling("/orders/items/0/payment/status", "CAPTURED")
                .and(reply -> {
                    assertThat(reply.json().path("degraded")).isEmpty();
                    assertThat(reply.json().at("/orders/items")).hasSize(1);
                }));
    }

    private static String newEmail() {
        return "contract-" + UUID.randomUUID() + "@example.com";
    }

    private Reply post(String path, Object body) {
        return cast.anybody().post(path, body);
    }

    private Reply register(String email, String password) {
        return post(USERS, Map.of("email", email, "password", password, "name", "Ada"));
    }

    private Reply login(String email, String password) {
        return post("/api/v1/auth/login", Map.of("email", email, "password", password));
    }

    private Reply refresh(String token) {
        return post("/api/v1/auth/refresh", Map.of("refreshToken", token));
    }

    /** The refresh token of a new session. */
    private String tokens(Customer customer) {
        return text(login(customer.email(), Customer.PASSWORD).expect(200), "refreshToken");
    }

    private Reply rename(String name) {
        return Cast.send(cast.alice().session(), "PATCH", ME, Map.of("name", name));
    }

    private static Reply changePassword(Session who, String current, String fresh) {
        return who.post(ME + "/password", Map.of("currentPassword", current, "newPassword", fresh));
    }

    private static String text(Reply reply, String field) {
        return reply.json().path(field).asText();
    }
}
