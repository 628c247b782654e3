package io.trolleybus.gateway;

import io.opentelemetry.api.trace.SpanKind;
import io.trolleybus.chassis.HttpMember;
import io.trolleybus.chassis.HttpMemberClient;
import io.trolleybus.chassis.HttpMemberClient.Incoming;
import io.trolleybus.chassis.HttpMemberClient.NoAnswer;
import io.trolleybus.chassis.HttpMemberClient.Outgoing;
import io.trolleybus.chassis.HttpMembers;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.Tracing;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Services of any language that speak HTTP and are registered: requests are passed on to them, and their answers back.
 * Of headers those pass that are named here, so that nobody can put words into our mouth.
 */
final class MemberOperations {
    static final String PRINCIPAL = "X-Trolleybus-Principal";
    static final String ROLES = "X-Trolleybus-Roles";

    private static final List<String> PASSED_ON = List.of(
            "Accept",
            "Accept-Language",
            "Content-Type",
            "Idempotency-Key",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "If-Unmodified-Since",
            "Prefer");

    private static final List<String> PASSED_BACK =
            List.of(Answer.CACHE_CONTROL, "Content-Language", Answer.ETAG, "Last-Modified", Answer.RETRY_AFTER, "Vary");

    private static final String LOCATION = "Location";
    private static final String UNKNOWN_TYPE = "application/octet-stream";
    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\x20-\\x7e]{1,200}");

    /** What comes from a member must not run as a page of ours, with what our pages may do. */
    private static final String SANDBOX = "default-src 'none'; sandbox";

    private final HttpMembers members;
    private final HttpMemberClient client;
    private final Tracing tracing;
    private final Node node;

    MemberOperations(Node node, HttpMembers members) {
        this.node = node;
        this.members = members;
        this.tracing = node.tracing().of(GatewayVerticle.NAME);
        this.client = new HttpMemberClient(
                node.vertx(), node.clock(), members, node.breakers().of(GatewayVerticle.NAME));
    }

    Map<String, Action> actions() {
        return Map.of(
                "extGet", exchange -> relay(exchange, Bus.READ_LIMIT_MS),
                "extPost", exchange -> relay(exchange, Bus.WRITE_LIMIT_MS),
                "extPut", exchange -> relay(exchange, Bus.WRITE_LIMIT_MS),
                "extPatch", exchange -> relay(exchange, Bus.WRITE_LIMIT_MS),
                "extDelete", exchange -> relay(exchange, Bus.WRITE_LIMIT_MS));
    }

    private Future<Answer> relay(Exchange exchange, long limitMs) {
        MemberPath address = MemberPath.of(exchange.request());
        String service = address.service();
        if (members.of(service).isEmpty()) {
            return Future.failedFuture(MemberPath.unknown());
        }
        long untilMs = node.clock().millis() + limitMs;
        HttpMethod method = HttpMethod.valueOf(exchange.operation().method());
        return tracing.around(
                        HttpMember.besideOurs(service),
                        SpanKind.CLIENT,
                        exchange.trace(),
                        trace -> client.send(new Outgoing(
                                service,
                                exchange.principal().name(),
                                address.target(),
                                method,
                                headers(exchange, trace),
                                exchange.body(),
                                exchange::isWanted,
                                untilMs)))
                .map(MemberOperations::answer)
                .recover(cause -> Future.failedFuture(cause instanceof NoAnswer none ? rejectionOf(none) : cause));
    }

    private static Rejected rejectionOf(NoAnswer none) {
        return switch (none.why()) {
            case TOO_LATE -> Rejected.because(ProblemType.GATEWAY_TIMEOUT, "Whether it was done is not known.");
            case TOO_LARGE -> Rejected.because(ProblemType.BAD_GATEWAY, "It answered more than may be passed on.");
            case BROKEN_OFF ->
                Rejected.because(ProblemType.BAD_GATEWAY, "It broke off. Whether it was done is not known.");
        };
    }

    private static MultiMap headers(Exchange exchange, Trace trace) {
        MultiMap headers = HttpHeaders.headers();
        for (String name : PASSED_ON) {
            headers.add(name, exchange.request().headers().getAll(name));
        }
        return headers.set(PRINCIPAL, exchange.principal().name())
                .set(ROLES, String.join(",", exchange.principal().roles()))
                .set("X-Request-Id", exchange.requestId())
                .set("traceparent", trace.traceparent());
    }

    private static Answer answer(Incoming incoming) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Security-Policy", SANDBOX);
        for (String name : PASSED_BACK) {
            String value = incoming.headers().get(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        String location = ofOurs(incoming.headers().get(LOCATION), incoming.member());
        if (location != null) {
            headers.put(LOCATION, location);
        }
        String type = incoming.headers().get(HttpHeaders.CONTENT_TYPE);
        boolean known = type != null && MEDIA_TYPE.matcher(type).matches();
        return Answer.relayed(incoming.status(), known ? type : UNKNOWN_TYPE, incoming.body(), headers);
    }

    /** Where a path at the member is with us; null for what leads elsewhere. */
    private static @Nullable String ofOurs(@Nullable String location, HttpMember member) {
        if (location == null) {
            return null;
        }
        int query = location.indexOf('?');
        String path = query < 0 ? location : location.substring(0, query);
        boolean ours = path.startsWith(member.root() + '/')
                && MemberPath.isClean(path)
                && location.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return ours
                ? MemberPath.PREFIX
                        + member.service()
                        + location.substring(member.root().length())
                : null;
    }
}
