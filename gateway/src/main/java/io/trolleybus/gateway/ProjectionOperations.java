package io.trolleybus.gateway;

import io.trolleybus.model.ProjectionMessages;
import io.trolleybus.model.ProjectionMessages.FindProjections;
import io.trolleybus.model.ProjectionMessages.ProjectionList;
import io.trolleybus.model.ProjectionMessages.ProjectionView;
import io.trolleybus.model.ProjectionMessages.RebuildProjection;
import io.trolleybus.model.SalesMessages;
import io.trolleybus.model.SalesMessages.FindSales;
import io.trolleybus.model.SalesMessages.SalesPage;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;

/** The read models, and the report that is read from one of them, for operators. */
final class ProjectionOperations {
    private static final int DEFAULT_DAYS = 30;

    private final Bus bus;

    ProjectionOperations(Bus bus) {
        this.bus = bus;
    }

    Map<String, Action> actions() {
        return Map.of("listProjections", this::list, "rebuildProjection", this::rebuild, "reportSales", this::sales);
    }

    private Future<Answer> list(Exchange exchange) {
        return bus.read(exchange, ProjectionMessages.FIND, new FindProjections(), ProjectionList.class)
                .map(list -> Answer.json(200, list));
    }

    private Future<Answer> rebuild(Exchange exchange) {
        var command = new RebuildProjection(exchange.pathParameter("name"));
        return bus.once(exchange, ProjectionMessages.REBUILD, command, ProjectionView.class)
                .map(view -> Answer.json(202, view));
    }

    private Future<Answer> sales(Exchange exchange) {
        LocalDate today = LocalDate.ofInstant(Instant.ofEpochMilli(bus.nowMs()), ZoneOffset.UTC);
        LocalDate to = Parameters.day(exchange, "to", today);
        LocalDate from = Parameters.day(exchange, "from", to.minusDays(DEFAULT_DAYS - 1));
        var query = new FindSales(from.toString(), to.toString(), Parameters.page(exchange));
        return bus.read(exchange, SalesMessages.FIND, query, SalesPage.class).map(page -> Answer.json(200, page));
    }
}
