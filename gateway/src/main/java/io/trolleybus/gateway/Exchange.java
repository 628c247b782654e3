package io.trolleybus.gateway;

import io.trolleybus.chassis.Trace;
import io.trolleybus.model.Principal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An admitted request: who sent it, under which id, in which trace, and all of its body.
 *
 * @param body empty if the operation takes none
 */
record Exchange(
        RoutingContext routing, Operation operation, String requestId, Trace trace, Caller caller, Buffer body) {
    Principal principal() {
        return caller.principal();
    }

    /** @throws Rejected if the body is not as the contract says */
    <T> T body(Class<T> type) {
        BodySchema schema = operation.body();
        if (schema == null) {
            throw new IllegalStateException(operation.id() + " takes no body");
        }
        return schema.read(body, type);
    }

    /** Whether the client still waits for its answer. */
    boolean isWanted() {
        return !routing.response().closed();
    }

    HttpServerRequest request() {
        return routing.request();
    }

    @Nullable
    String header(String name) {
        return routing.request().getHeader(name);
    }

    String pathParameter(String name) {
        String value = routing.pathParam(name);
        return value == null ? "" : value;
    }

    /** @throws Rejected if it is given more than once */
    @Nullable
    String queryParameter(String name) {
        List<String> values = routing.queryParam(name);
        if (values.size() > 1) {
            throw Rejected.parameter(name, "may be given once only");
        }
        return values.isEmpty() ? null : values.get(0);
    }

    /** The calling user's id; the contract lets only users come here. */
    UUID userId() {
        UUID id = principal().userId();
        if (id == null) {
            throw new IllegalStateException(
                    operation.id() + " needs a user, not " + principal().name());
        }
        return id;
    }
}
