package io.trolleybus.gateway;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.trolleybus.chassis.HttpMembers;
import io.trolleybus.chassis.Node;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The ways that the contract names, and what is said to requests that take another. For one event loop. */
final class Routes {
    private final Contract contract;
    private final Front front;
    private final CrossOrigin origins;

    Routes(Contract contract, Front front, CrossOrigin origins) {
        this.contract = contract;
        this.front = front;
        this.origins = origins;
    }

    /** What we do, by the contract's operation ids. */
    static Map<String, Action> actions(
            Node node,
            Bus bus,
            OrderUpdates updates,
            Contract contract,
            Assets assets,
            UserOperations users,
            HttpMembers members) {
        Map<String, Action> actions = new HashMap<>();
        List.of(
                        users.actions(),
                        new UserOrders(bus).actions(),
                        new AccountExport(bus).actions(),
                        new ProductOperations(bus).actions(),
                        new OrderOperations(bus, updates).actions(),
                        new OrderDeskOperations(bus).actions(),
                        new SagaOperations(bus).actions(),
                        new AuditOperations(bus).actions(),
                        new ProjectionOperations(bus).actions(),
                        new EventOperations(bus).actions(),
                        new SystemOperations(node, members).actions(),
                        new Telemetry(bus).actions(),
                        new PlatformOperations(node, bus, contract, assets).actions(),
                        new MemberOperations(node, members).actions())
                .forEach(actions::putAll);
        return actions;
    }

    /**
     * The router only finds the way: bodies and parameters are checked by us, which costs far less.
     *
     * @param actions by the contract's operation ids
     */
    Router mount(RouterBuilder builder, Map<String, Action> actions) {
        Map<Operation, Front.Desk> withRest = new HashMap<>();
        for (Operation operation : contract.operations()) {
            Action action = actions.get(operation.id());
            if (action == null) {
                throw new IllegalStateException("the contract's " + operation.id() + " has no action");
            }
            Front.Desk desk = front.desk(operation, action);
            if (operation.takesRest()) {
                withRest.put(operation, desk);
                continue;
            }
            Objects.requireNonNull(builder.getRoute(operation.id()), operation.id())
                    .setDoValidation(false)
                    .setDoSecurity(false)
                    .addHandler(desk::serve);
        }
        Router router = builder.createRouter();
        withRest.forEach((operation, desk) -> router.route(HttpMethod.valueOf(operation.method()), operation.route())
                .handler(desk::serve));
        router.errorHandler(404, this::refuseUnknown);
        router.errorHandler(405, this::refuseUnknown);
        router.errorHandler(400, routing -> front.fail(routing.request(), failureOf(routing)));
        router.errorHandler(500, routing -> front.fail(routing.request(), failureOf(routing)));
        return router;
    }

    private static Throwable failureOf(RoutingContext routing) {
        Throwable failure = routing.failure();
        return failure == null ? Rejected.because(ProblemType.INVALID, "The request is not well formed.") : failure;
    }

    private void refuseUnknown(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        Set<String> methods = contract.methodsOf(routing.normalizedPath());
        Answer preflight = origins.preflight(request, methods);
        if (preflight != null) {
            front.answer(request, preflight);
        } else if (methods.isEmpty()) {
            front.reject(request, Rejected.because(ProblemType.NOT_FOUND, "There is nothing at this address."));
        } else {
            String all = String.join(", ", methods);
            front.reject(
                    request,
                    Rejected.withHeader(ProblemType.METHOD_NOT_ALLOWED, "It takes " + all + '.', "Allow", all));
        }
    }

    /** A head that others could understand differently goes no further, nor does what comes behind it. */
    void receive(HttpServerRequest request, Router router) {
        String fault = RequestHead.faultOf(request);
        if (fault == null) {
            router.handle(request);
        } else {
            front.reject(request, Rejected.withHeader(ProblemType.INVALID, fault, Front.CONNECTION, "close"));
        }
    }

    /** Answers what is not HTTP, or too much of it, and ends its connection. */
    void refuseMalformed(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        ProblemType type = ProblemType.INVALID;
        if (cause instanceof TooLongHttpLineException) {
            type = ProblemType.URI_TOO_LONG;
        } else if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongFrameException) {
            type = ProblemType.HEADERS_TOO_LARGE;
        }
        front.reject(request, Rejected.withHeader(type, "This is not HTTP as we take it.", Front.CONNECTION, "close"));
    }
}
