package io.trolleybus.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the event bus keeps in Hazelcast is kept as vertx-hazelcast means it, whatever release that is of. */
class SharedDataTest {
    private static final ClusterSettings SETTINGS = new ClusterSettings(
            "any", "127.0.0.1", 5701, 15701, new MemberDiscovery.Addresses(List.of("127.0.0.1:5701")), 1, null);

    @Test
    void whatTheBusSharesIsConfiguredAsItsOwnFileSays() {
        Config theirs = ConfigUtil.loadConfig();
        Config ours = Cluster.hazelcast(SETTINGS);

        assertThat(theirs.getMultiMapConfigs()).isNotEmpty();
        assertThat(ours.getMultiMapConfigs()).containsAllEntriesOf(theirs.getMultiMapConfigs());
        assertThat(theirs.getMapConfigs()).isNotEmpty();
        assertThat(ours.getMapConfigs()).containsAllEntriesOf(theirs.getMapConfigs());
    }
}
