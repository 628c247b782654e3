package io.trolleybus.gateway;

import io.trolleybus.chassis.HealthReport;
import io.trolleybus.chassis.Node;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.GetKeys;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Future;
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
    private final Asset yaml;
    private final Asset json;

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
                exchange -> file(yaml, exchange, FOR_MINUTES),
                "getContractJson",
                exchange -> file(json, exchange, FOR_MINUTES),
                "getBusContract",
                exchange -> file(assets.busContract(), exchange, FOR_A_DAY),
                "getDocs",
                this::page,
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

    private Future<Answer> page(Exchange exchange) {
        return file(assets.docsPage(), exchange, FOR_A_DAY)
                .map(answer -> answer.with("Content-Security-Policy", DOCS_POLICY));
    }

    private Future<Answer> asset(Exchange exchange) {
        Asset asset = assets.docsPart(exchange.pathParameter("asset"));
        return asset == null
                ? Future.failedFuture(Rejected.because(ProblemType.NOT_FOUND, "The page has no such part."))
                : file(asset, exchange, FOR_A_DAY);
    }

    private static Future<Answer> file(Asset asset, Exchange exchange, String cacheControl) {
        return Future.succeededFuture(asset.answer(exchange, cacheControl));
    }
}
