package io.trolleybus.gateway;

import io.trolleybus.chassis.HttpMember;
import io.trolleybus.chassis.HttpMembers;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.ServiceDirectory.Instance;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What operators see of the platform itself. */
final class SystemOperations {
    private final Node node;
    private final HttpMembers members;

    /**
     * What is null is not known of a member that is none of ours.
     *
     * @param lease until when it counts as there if it is not heard of again
     */
    private record Service(
            String name,
            String node,
            @Nullable String version,
            @Nullable Instant since,
            @Nullable Instant lease) {
        static Service of(Instance instance) {
            return new Service(
                    instance.service(), instance.node(), instance.version(), instance.since(), instance.leaseUntil());
        }

        static Service of(HttpMembers.Present present) {
            HttpMember member = present.member();
            return new Service(
                    HttpMember.besideOurs(member.service()), member.node(), null, null, present.leaseUntil());
        }
    }

    private record Services(List<Service> items) {}

    SystemOperations(Node node, HttpMembers members) {
        this.node = node;
        this.members = members;
    }

    Map<String, Action> actions() {
        return Map.of("listServices", exchange -> Future.succeededFuture(Answer.json(200, services())));
    }

    private Services services() {
        return new Services(Stream.concat(
                        node.directory().instances().stream().map(Service::of),
                        members.present().stream().map(Service::of))
                .sorted(Comparator.comparing(Service::name).thenComparing(Service::node))
                .toList());
    }
}
