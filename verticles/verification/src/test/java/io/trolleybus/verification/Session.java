package io.trolleybus.verification;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A principal's calls to the gateway, each with its access token. */
final class Session {

    private static final int PAGE_LIMIT = 100;
    private static final String SCHEME = "Bearer ";

    private final Api api;
    private final String bearer;

    Session(Api api, String accessToken) {
        this.api = api;
        this.bearer = SCHEME + accessToken;
    }

    static Session login(Api api, String email, String password, String... headers) {
        JsonNode tokens = api.post("/api/v1/auth/login", Map.of("email", email, "password", password), headers)
                .expect(200)
                .json();
        return new Session(api, tokens.path("accessToken").asText());
    }

    /** What stands in the header of that name. */
    String authorization() {
        return bearer;
    }

    /** The same principal, at other servers. */
    Session at(Api other) {
        return new Session(other, bearer.substring(SCHEME.length()));
    }

    Reply get(String path, String... headers) {
        return api.get(path, signed(headers));
    }

    Reply post(String path, Object body, String... headers) {
        return api.post(path, body, signed(headers));
    }

    Reply postText(String path, String body, String... headers) {
        return api.postText(path, body, signed(headers));
    }

    Reply send(String method, String path, BodyPublisher body, String... headers) {
        return api.send(method, path, body, signed(headers));
    }

    EventStream follow(String path, String... headers) {
        return api.follow(path, signed(headers));
    }

    /** Reads a list to its end, page by page. */
    <T> List<T> all(String path, Class<T> type) {
        List<T> items = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    get(path + "?limit=" + PAGE_LIMIT + cursor).expect(200).json();
            Json.items(type, page.path("items")).forEach(items::add);
            JsonNode next = page.path("nextCursor");
            cursor = next.isTextual() ? "&cursor=" + next.textValue() : "";
        } while (!cursor.isEmpty());
        return items;
    }

    private String[] signed(String[] headers) {
        return Api.with(headers, "Authorization", bearer);
    }
}
