package io.trolleybus.cluster;

import java.util.List;

/** Where the members of a cluster are looked for. */
public sealed interface MemberDiscovery {
    /**
     * At addresses that are known.
     *
     * @param members {@code host} or {@code host:port}; some of the members suffice
     */
    record Addresses(List<String> members) implements MemberDiscovery {}

    /**
     * At every address that a name stands for, such as that of a headless Kubernetes service.
     *
     * @param service the name, asked of DNS again and again
     */
    record Dns(String service) implements MemberDiscovery {}
}
