package io.trolleybus.gateway;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells from where a request comes. What {@code X-Forwarded-For} says counts only as far as our own proxies have
 * written it: from its end, up to the first address that is not theirs. Anybody could have written what stands before
 * that.
 */
final class ClientAddress {
    /** As some proxies write them: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}. */
    private static final Pattern WITH_PORT = Pattern.compile("\\[?([0-9.]+|(?<=\\[)[0-9a-fA-F:.]+)]?:\\d{1,5}");

    private static final int IPV6_BYTES = 16;
    /** One customer of a provider usually has all addresses that begin with these. */
    private static final int IPV6_NETWORK_BYTES = 8;

    private final List<IpSubnetFilterRule> proxies;

    private ClientAddress(List<IpSubnetFilterRule> proxies) {
        this.proxies = proxies;
    }

    /**
     * @param proxies addresses, or networks such as {@code 10.0.0.0/8}
     * @throws IllegalArgumentException naming one that is neither
     */
    static ClientAddress behind(List<String> proxies) {
        return new ClientAddress(proxies.stream().map(ClientAddress::network).toList());
    }

    private static IpSubnetFilterRule network(String text) {
        String[] parts = text.split("/", -1);
        byte[] address = NetUtil.createByteArrayFromIpAddressString(parts[0]);
        if (address == null || parts.length > 2) {
            throw notANetwork(text);
        }
        try {
            int bits = parts.length == 1 ? address.length * Byte.SIZE : Integer.parseInt(parts[1]);
            return new IpSubnetFilterRule(InetAddress.getByAddress(address), bits, IpFilterRuleType.ACCEPT);
        } catch (IllegalArgumentException | UnknownHostException notANumberOfBits) {
            throw notANetwork(text);
        }
    }

    private static IllegalArgumentException notANetwork(String text) {
        return new IllegalArgumentException("'" + text + "' is neither an address nor a network such as 10.0.0.0/8");
    }

    /** The address to count by: of IPv6 the network, since whoever has one address has a great many. */
    String of(HttpServerRequest request) {
        byte[] bytes = find(request).getAddress();
        if (bytes.length == IPV6_BYTES) {
            Arrays.fill(bytes, IPV6_NETWORK_BYTES, IPV6_BYTES, (byte) 0);
        }
        return NetUtil.bytesToIpAddress(bytes);
    }

    /** All of the address; empty if the client is gone and nobody had asked for it. */
    String whole(HttpServerRequest request) {
        return request.remoteAddress() == null ? "" : NetUtil.toAddressString(find(request));
    }

    private InetAddress find(HttpServerRequest request) {
        String peer = request.remoteAddress().hostAddress();
        InetAddress address = Objects.requireNonNull(parse(peer), peer);
        List<String> forwarded = forwarded(request);
        for (int i = forwarded.size() - 1; i >= 0 && isProxy(address); i--) {
            InetAddress before = parse(forwarded.get(i));
            if (before == null) {
                break;
            }
            address = before;
        }
        return address;
    }

    /** Null if it is none. An IPv4 address is one in whatever way it is written; a port after it does not matter. */
    private static @Nullable InetAddress parse(String text) {
        Matcher withPort = WITH_PORT.matcher(text);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(withPort.matches() ? withPort.group(1) : text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", impossible);
        }
    }

    private List<String> forwarded(HttpServerRequest request) {
        if (proxies.isEmpty()) {
            return List.of();
        }
        return request.headers().getAll("X-Forwarded-For").stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .toList();
    }

    private boolean isProxy(InetAddress address) {
        var from = new InetSocketAddress(address, 0);
        return proxies.stream().anyMatch(network -> network.matches(from));
    }
}
