package io.trolleybus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.trolleybus.chassis.BoundedResponse;
import io.trolleybus.chassis.TimeLimit;
import io.trolleybus.chassis.UnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.net.URI;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the keys of an OpenID provider, with limits on how long that takes and how much comes. For one event loop.
 */
final class OidcKeys {
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_KEYS = 100;
    private static final int MIN_RSA_BYTES = 2_048 / 8;
    private static final int CONNECT_LIMIT_MS = 2_000;
    private static final int FETCH_LIMIT_MS = 4_000;
    private static final int LIMIT_MS = 5_000;
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    /** What a key is made of, without what else may stand beside it. */
    private static final List<String> MEMBERS = List.of("kty", "crv", "x", "y", "n", "e", "kid");

    /** By the kind of key: what it may sign with. */
    private static final Map<String, List<String>> ALGORITHMS =
            Map.of("EC", List.of("ES256"), "RSA", List.of("RS256", "PS256"));

    static final Set<String> ALL_ALGORITHMS = Set.of("ES256", "RS256", "PS256");

    private final Vertx vertx;
    private final OidcSettings settings;
    private final HttpClient client;

    OidcKeys(Vertx vertx, OidcSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        var options = new HttpClientOptions()
                .setConnectTimeout(CONNECT_LIMIT_MS)
                .setKeepAlive(false)
                .setTracingPolicy(TracingPolicy.IGNORE);
        this.client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(1));
    }

    /** Fails as unavailable if there are none that we can use. */
    Future<Set<JsonObject>> ask() {
        URI told = settings.jwksUrl();
        Future<Set<JsonObject>> asked = (told == null ? discover() : Future.succeededFuture(told))
                .compose(this::fetch)
                .map(this::usable);
        return TimeLimit.within(LIMIT_MS, vertx, asked)
                .recover(cause -> Future.failedFuture(
                        new UnavailableException("the keys of " + settings.issuer() + " cannot be had", cause)));
    }

    private Future<URI> discover() {
        String issuer = settings.issuer();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return fetch(URI.create(base + DISCOVERY)).map(document -> {
            URI url = OidcSettings.trustworthy(document.path("jwks_uri").asText());
            if (!issuer.equals(document.path("issuer").asText()) || url == null) {
                throw new IllegalStateException("that is not its discovery document, or its keys lie in the open");
            }
            return url;
        });
    }

    /** Redirects are not followed. */
    private Future<JsonNode> fetch(URI url) {
        var options = new RequestOptions()
                .setAbsoluteURI(url.toString())
                .setConnectTimeout(FETCH_LIMIT_MS)
                .putHeader("Accept", "application/json");
        return client.request(options).compose(this::send).map(OidcKeys::parse);
    }

    private Future<Buffer> send(HttpClientRequest request) {
        return TimeLimit.within(
                        FETCH_LIMIT_MS,
                        vertx,
                        request.send().compose(response -> BoundedResponse.read(ok(response), MAX_BYTES)))
                .onFailure(cause -> request.reset());
    }

    private static HttpClientResponse ok(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException("it answered " + response.statusCode());
        }
        return response;
    }

    private static JsonNode parse(Buffer body) {
        try {
            return WireJson.READER.readTree(body.getBytes());
        } catch (IOException malformed) {
            throw new IllegalStateException("it did not answer JSON", malformed);
        }
    }

    private Set<JsonObject> usable(JsonNode jwks) {
        Set<JsonObject> usable = new HashSet<>();
        for (JsonNode key : jwks.path("keys")) {
            for (String algorithm : ALGORITHMS.getOrDefault(key.path("kty").asText(), List.of())) {
                JsonObject candidate = usable.size() < MAX_KEYS ? usable(key, algorithm) : null;
                if (candidate != null) {
                    usable.add(candidate);
                }
            }
        }
        if (usable.isEmpty()) {
            throw new IllegalStateException("it has no key of a kind that we take");
        }
        return Set.copyOf(usable);
    }

    /** The key if it may sign so; null for those that are weak, or for something else. */
    private @Nullable JsonObject usable(JsonNode key, String algorithm) {
        boolean signs = key.path("use").asText("sig").equals("sig")
                && key.path("alg").asText(algorithm).equals(algorithm)
                && key.path("kid").isTextual();
        boolean isStrong = key.path("kty").asText().equals("RSA")
                ? bytes(key.path("n").asText()) >= MIN_RSA_BYTES
                : key.path("crv").asText().equals("P-256");
        if (!signs || !isStrong) {
            return null;
        }
        var candidate = new JsonObject().put("alg", algorithm).put("use", "sig");
        MEMBERS.forEach(member -> {
            if (key.path(member).isTextual()) {
                candidate.put(member, key.path(member).asText());
            }
        });
        return isReadable(candidate) ? candidate : null;
    }

    private static int bytes(String base64url) {
        try {
            return Base64.getUrlDecoder().decode(base64url).length;
        } catch (IllegalArgumentException malformed) {
            return 0;
        }
    }

    /** One key that is malformed must not keep us from the others. */
    private boolean isReadable(JsonObject key) {
        try {
            JWTAuth.create(vertx, new JWTAuthOptions().addJwk(key));
            return true;
        } catch (RuntimeException malformed) {
            return false;
        }
    }
}
