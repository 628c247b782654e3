package io.trolleybus.gateway;

import io.trolleybus.chassis.HttpMembers;
import io.trolleybus.chassis.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/**
 * A service that speaks HTTP and cannot register itself, so that a gateway does it.
 *
 * @param name as clients call it
 * @param url where it is, with what comes before each path
 */
public record ExternalService(String name, URI url) {
    public static final String KEY = "gateway.http-members";

    /** @throws IllegalArgumentException naming the key if one of them cannot be reached so */
    static List<ExternalService> from(Settings settings) {
        return settings.list(KEY).stream().map(ExternalService::parse).toList();
    }

    private static ExternalService parse(String text) {
        String[] parts = text.split("=", 2);
        try {
            var service = new ExternalService(parts[0], new URI(parts.length == 2 ? parts[1] : ""));
            if (HttpMembers.isFit(service.name, service.url)) {
                return service;
            }
        } catch (URISyntaxException malformed) {
            // Answered below, together with other URLs that lead nowhere.
        }
        throw new IllegalArgumentException(KEY + " must be like reports=http://10.0.0.9:9000, not '" + text + "'");
    }
}
