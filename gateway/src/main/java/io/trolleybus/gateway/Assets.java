package io.trolleybus.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that are served as they are, read once at the start: serving one touches neither the jar nor the disk.
 * Immutable.
 */
final class Assets {
    private static final String OUR_PAGES = "io/trolleybus/gateway/docs/";
    private static final String SWAGGER_UI = "META-INF/resources/webjars/swagger-ui/" + SwaggerUi.VERSION + '/';
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private final Asset busContract;
    private final Asset docsPage;
    private final Map<String, Asset> docsParts;

    private Assets(Asset busContract, Asset docsPage, Map<String, Asset> docsParts) {
        this.busContract = busContract;
        this.docsPage = docsPage;
        this.docsParts = docsParts;
    }

    /** Blocks. */
    static Assets load() {
        return new Assets(
                read("io/trolleybus/model/asyncapi.yaml", "application/yaml"),
                read(OUR_PAGES + "index.html", "text/html; charset=utf-8"),
                Map.of(
                        "start.js", read(OUR_PAGES + "start.js", SCRIPT),
                        "swagger-ui-bundle.js", read(SWAGGER_UI + "swagger-ui-bundle.js", SCRIPT),
                        "swagger-ui.css", read(SWAGGER_UI + "swagger-ui.css", "text/css; charset=utf-8")));
    }

    Asset busContract() {
        return busContract;
    }

    Asset docsPage() {
        return docsPage;
    }

    @Nullable
    Asset docsPart(String name) {
        return docsParts.get(name);
    }

    private static Asset read(String resource, String contentType) {
        try (InputStream in = Assets.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return Asset.of(contentType, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
