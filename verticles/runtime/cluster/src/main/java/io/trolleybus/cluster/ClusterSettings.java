package io.trolleybus.cluster;

import org.jspecify.annotations.Nullable;

/**
 * How a process joins the others.
 *
 * @param name of the cluster; processes with another name do not join
 * @param host the one address that is listened on, for members and for messages, and told to the others
 * @param memberPort where Hazelcast listens
 * @param busPort where messages of the event bus arrive
 * @param discovery where the other members are
 * @param minimumMembers with fewer a process is not ready; more than half of all, so that of two halves one stands back
 * @param tls null for messages that anybody on the network can read and send
 */
public record ClusterSettings(
        String name,
        String host,
        int memberPort,
        int busPort,
        MemberDiscovery discovery,
        int minimumMembers,
        @Nullable BusTls tls) {}
