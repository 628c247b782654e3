package io.trolleybus.gateway;

import io.trolleybus.chassis.HealthReport;
import io.trolleybus.chassis.Node;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.GetKeys;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** Health, keys, and the contract itself as a document and as a page that works without the internet. */
final class PlatformOperations {
    private static final String OUR_PAGES = "io/trolleybus/gateway/docs/";
    private static final String SWAGGER_UI = "META-INF/resources/webjars/swagger-ui/" + SwaggerUi.VERSION + '/';
    private static final String HTML = "text/html; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String FOR_A_DAY = "public, max-age=86400";
    private static final String FOR_MINUTES = "public, max-age=300";

    /** The page runs our scripts only; the styles it writes itself are inline. */
    private static final String DOCS_POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    private static final Asset BUS_CONTRACT = new Asset("io/trolleybus/model/asyncapi.yaml", "application/yaml");

    private static final Map<String, Asset> ASSETS = Map.of(
            "start.js", new Asset(OUR_PAGES + "start.js", SCRIPT),
            "swagger-ui-bundle.js", new Asset(SWAGGER_UI + "swagger-ui-bundle.js", SCRIPT),
            "swagger-ui.css", new Asset(SWAGGER_UI + "swagger-ui.css", STYLE));

    private final Node node;
    private final Bus bus;
    private final Buffer yaml;
    private final Buffer json;

    private record Asset(String resource, String contentType) {}

    private record Status(String status) {}

    PlatformOperations(Node node, Bus bus, Contract contract) {
        this.node = node;
        this.bus = bus;
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
                exchange -> file(BUS_CONTRACT),
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
        return file(new Asset(OUR_PAGES + "index.html", HTML))
                .map(answer -> answer.with("Content-Security-Policy", DOCS_POLICY));
    }

    private Future<Answer> asset(Exchange exchange) {
        Asset asset = ASSETS.get(exchange.pathParameter("asset"));
        return asset == null
                ? Future.failedFuture(Rejected.because(ProblemType.NOT_FOUND, "The page has no such part."))
                : file(asset);
    }

    private Future<Answer> file(Asset asset) {
        return node.vertx().fileSystem().readFile(asset.resource).map(content -> Answer.of(asset.contentType, content)
                .with(Answer.CACHE_CONTROL, FOR_A_DAY));
    }
}
