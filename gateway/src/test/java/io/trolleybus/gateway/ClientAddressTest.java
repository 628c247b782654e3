package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
    private static final ClientAddress DIRECT = ClientAddress.behind(List.of());
    private static final ClientAddress BEHIND = ClientAddress.behind(List.of("10.0.0.0/8", "2001:db8:1::1"));

    private static HttpServerRequest from(String peer, String... forwarded) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        List.of(forwarded).forEach(line -> headers.add("X-Forwarded-For", line));
        return (HttpServerRequest) Proxy.newProxyInstance(
                ClientAddressTest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (request, method, arguments) ->
                        method.getName().equals("headers") ? headers : SocketAddress.inetSocketAddress(1, peer));
    }

    @Test
    void without_proxies_it_is_whoever_is_connected() {
        assertThat(DIRECT.of(from("192.0.2.7", "198.51.100.1"))).isEqualTo("192.0.2.7");
    }

    @Test
    void what_a_stranger_says_of_itself_is_not_believed() {
        assertThat(BEHIND.of(from("192.0.2.7", "198.51.100.1"))).isEqualTo("192.0.2.7");
    }

    @Test
    void what_our_proxies_wrote_counts_and_nothing_that_stood_before() {
        assertThat(BEHIND.of(from("10.1.2.3", "203.0.113.9, 198.51.100.1"))).isEqualTo("198.51.100.1");
        assertThat(BEHIND.of(from("10.1.2.3", "203.0.113.9, 198.51.100.1, 10.9.9.9")))
                .isEqualTo("198.51.100.1");
        assertThat(BEHIND.of(from("10.1.2.3", "203.0.113.9", "198.51.100.1"))).isEqualTo("198.51.100.1");
        assertThat(BEHIND.of(from("2001:db8:1::1", "198.51.100.1"))).isEqualTo("198.51.100.1");
    }

    @Test
    void an_address_is_one_in_whatever_way_it_is_written() {
        assertThat(BEHIND.of(from("10.1.2.3", "::ffff:198.51.100.1"))).isEqualTo("198.51.100.1");
        assertThat(BEHIND.of(from("::ffff:10.1.2.3", "198.51.100.1"))).isEqualTo("198.51.100.1");
        assertThat(BEHIND.of(from("10.1.2.3", "198.51.100.1:4711"))).isEqualTo("198.51.100.1");
        assertThat(BEHIND.of(from("10.1.2.3", "[2001:db8:7:8::1]:4711")))
                .isEqualTo(BEHIND.of(from("10.1.2.3", "2001:db8:7:8::2")));
    }

    @Test
    void a_proxy_that_says_nothing_of_use_counts_itself() {
        assertThat(BEHIND.of(from("10.1.2.3"))).isEqualTo("10.1.2.3");
        assertThat(BEHIND.of(from("10.1.2.3", "unknown"))).isEqualTo("10.1.2.3");
        assertThat(BEHIND.of(from("10.1.2.3", "198.51.100.1, , 10.1.2.3"))).isEqualTo("10.1.2.3");
    }

    @Test
    void addresses_of_one_network_of_ipv6_count_together() {
        assertThat(DIRECT.of(from("2001:db8:0:1:aaaa::1"))).isEqualTo(DIRECT.of(from("2001:db8:0:1:bbbb::2")));
        assertThat(DIRECT.of(from("2001:db8:0:2::1"))).isNotEqualTo(DIRECT.of(from("2001:db8:0:1::1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/8/8", "10.0.0", "/8"})
    void what_is_neither_an_address_nor_a_network_is_named(String text) {
        assertThatThrownBy(() -> ClientAddress.behind(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }
}
