package io.trolleybus.gateway;

import io.trolleybus.chassis.HealthReport;
import io.trolleybus.chassis.Node;
import io.trolleybus.gateway.Assets.Asset;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.GetKeys;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** Health, keys, and the contract itself as a document and as a page that works without the internet. */
final class PlatformOperations {
    private static final String FOR_A_DAY = "public, max-age=86400";
    private static final String FOR_MINUTES = "public, max-age=300";

    /** The page runs our scripts only; the styles it writes itself are inline. */
    private static final String DOCS_POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    private final Node node;
    private final Bus bus;
    private final Assets assets;
    private final Buffer yaml;
    private final Buffer json;

    private record Status(String status) {}

    PlatformOperations(Node node, Bus bus, Contract contract, Assets assets) {
        this.node = node;
        this.bus = bus;
        this.assets = assets;
        this.yaml = contract.yaml();
        this.json = contract.json();
    }

    Map<String, Action> actions() {
        return Map.of(
                "getKeys",
                this::keys,
                "getHealth",
                this::health,
                "getReadiness",
                this::health,
                "getLiveness",
                exchange -> Future.succeededFuture(Answer.json(200, new Status(HealthReport.UP))),
                "getContractYaml",
                exchange -> contract("application/yaml", yaml),
                "getContractJson",
                exchange -> contract("application/json", json),
                "getBusContract",
                exchange -> file(assets.busContract()),
                "getDocs",
                exchange -> page(),
                "getDocsAsset",
                this::asset);
    }

    private Future<Answer> keys(Exchange exchange) {
        return bus.read(exchange, UserMessages.KEYS, new GetKeys(), Jwks.class)
                .map(keys -> Answer.json(200, keys).with(Answer.CACHE_CONTROL, FOR_MINUTES));
    }

    private Future<Answer> health(Exchange exchange) {
        return HealthReport.of(node).map(report -> {
            Object shown = exchange.principal().isOperator() ? report : new Status(report.status());
            return Answer.json(report.up() ? 200 : 503, shown);
        });
    }

    private static Future<Answer> contract(String contentType, Buffer document) {
        return Future.succeededFuture(Answer.of(contentType, document).with(Answer.CACHE_CONTROL, FOR_MINUTES));
    }

    private Future<Answer> page() {
        return file(assets.docsPage()).map(answer -> answer.with("Content-Security-Policy", DOCS_POLICY));
    }

    private Future<Answer> asset(Exchange exchange) {
        Asset asset = assets.docsPart(exchange.pathParameter("asset"));
        return asset == null
                ? Future.failedFuture(Rejected.because(ProblemType.NOT_FOUND, "The page has no such part."))
                : file(asset);
    }

    private static Future<Answer> file(Asset asset) {
        return Future.succeededFuture(
                Answer.of(asset.contentType(), asset.content()).with(Answer.CACHE_CONTROL, FOR_A_DAY));
    }
}
