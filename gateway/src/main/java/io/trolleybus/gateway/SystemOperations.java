package io.trolleybus.gateway;

import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.ServiceDirectory.Instance;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What operators see of the platform itself. */
final class SystemOperations {
    private final Node node;

    /** @param lease until when it counts as there if it is not heard of again */
    private record Service(String name, String node, String version, Instant since, Instant lease) {
        static Service of(Instance instance) {
            return new Service(
                    instance.service(), instance.node(), instance.version(), instance.since(), instance.leaseUntil());
        }
    }

    private record Services(List<Service> items) {}

    SystemOperations(Node node) {
        this.node = node;
    }

    Map<String, Action> actions() {
        return Map.of("listServices", exchange -> Future.succeededFuture(Answer.json(200, services())));
    }

    private Services services() {
        return new Services(node.directory().instances().stream()
                .sorted(Comparator.comparing(Instance::service).thenComparing(Instance::node))
                .map(Service::of)
                .toList());
    }
}
