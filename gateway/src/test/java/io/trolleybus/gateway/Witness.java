package io.trolleybus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.trolleybus.chassis.Endpoints;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.Jwks;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;

/**
 * Stands for all services at once: hears every address of the bus's contract, remembers which were asked, and refuses.
 * Only the keys of tokens can be had from it, which the gateway asks for by itself.
 */
final class Witness {
    private final Jwks keys;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    Witness(TestKey key) {
        keys = new Jwks(List.of(key.jwk()));
    }

    /** The addresses that were asked on behalf of requests. */
    List<String> asked() {
        return asked;
    }

    void listen(Endpoints endpoints) {
        addresses().forEach(address -> endpoints.serve(address, Object.class, (call, command) -> answer(address)));
    }

    private Future<Reply<Object>> answer(String address) {
        return switch (address) {
            case UserMessages.KEYS -> Future.succeededFuture(Reply.done(keys));
            case UserMessages.REVOKED_SESSIONS -> Future.succeededFuture(Reply.done(new RevokedSessions(List.of())));
            default -> {
                asked.add(address);
                yield Future.succeededFuture(Reply.refused(Refusals.ORDER_STATE, "nothing is done here"));
            }
        };
    }

    private static List<String> addresses() {
        try (InputStream contract = UserMessages.class.getResourceAsStream("asyncapi.yaml")) {
            JsonNode channels = new YAMLMapper().readTree(contract).path("channels");
            return StreamSupport.stream(channels.spliterator(), false)
                    .filter(channel -> channel.path("address").isTextual())
                    .map(channel -> channel.path("address").asText())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
