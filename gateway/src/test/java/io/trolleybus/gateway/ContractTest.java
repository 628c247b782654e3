package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trolleybus.chassis.HttpMembers;
import io.trolleybus.model.Refusals;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The contract and the program say the same. */
class ContractTest {
    private static final ClientAddress NO_PROXY = ClientAddress.behind(List.of());

    private static final Pattern ADDRESS =
            Pattern.compile("ur[il]|iri|href|host|link|ipv|callback|hook", Pattern.CASE_INSENSITIVE);

    private final Contract contract = Contract.load();
    private final Requests requests = new Requests(contract);

    @Test
    void every_operation_of_the_contract_has_an_action_and_every_action_an_operation() {
        try (var platform = TestPlatform.withoutGateway()) {
            var bus = new Bus(platform.node());
            var members =
                    new HttpMembers(platform.node().vertx(), platform.node().clock());
            Map<String, Action> actions = Routes.actions(
                    platform.node(),
                    bus,
                    new OrderUpdates(platform.node().vertx(), bus, session -> false),
                    contract,
                    Assets.load(),
                    new UserOperations(bus, new LocalRateLimit(platform.node().clock(), new Quota(1, 1)), NO_PROXY),
                    members);

            assertThat(contract.operations().stream().map(Operation::id))
                    .containsExactlyInAnyOrderElementsOf(actions.keySet());
        }
    }

    @Test
    void operators_routes_are_marked_and_the_public_ones_are_those_we_know() {
        assertThat(idsWith(Operation.Access.OPERATOR))
                .containsExactlyInAnyOrder(
                        "changeUser",
                        "addProduct",
                        "changeProduct",
                        "getStock",
                        "shipOrder",
                        "deliverOrder",
                        "refundOrder",
                        "findSagas",
                        "getSaga",
                        "retrySaga",
                        "compensateSaga",
                        "moveStock",
                        "listMovements",
                        "getAudit",
                        "reconcile",
                        "listServices",
                        "listProjections",
                        "rebuildProjection",
                        "listEvents",
                        "reportSales",
                        "listBreakers",
                        "listTraces",
                        "getTrace",
                        "listLogs");
        assertThat(idsWith(Operation.Access.OPTIONAL)).containsExactlyInAnyOrder("getHealth", "getReadiness");
        assertThat(idsWith(Operation.Access.USER))
                .containsExactlyInAnyOrder(
                        "getMe",
                        "changeMe",
                        "eraseMe",
                        "changePassword",
                        "exportMe",
                        "getUser",
                        "getUserOrders",
                        "findOrders",
                        "placeOrder",
                        "cancelOrder",
                        "followOrder",
                        "getOrder",
                        "getOrderEvents",
                        "getOrderPayments",
                        "extGet",
                        "extPost",
                        "extPut",
                        "extPatch",
                        "extDelete");
    }

    @Test
    void every_operation_promises_problems_and_every_status_has_a_description() {
        contract.document()
                .path("paths")
                .forEach(path -> path.forEach(operation -> {
                    if (operation.has("operationId")) {
                        assertThat(operation.path("responses").has("default"))
                                .as(operation.path("operationId").asText())
                                .isTrue();
                    }
                }));
    }

    @Test
    void every_text_that_a_client_may_send_is_bounded_and_every_object_closed() {
        List<String> loose = new ArrayList<>();
        requests.operationsWithBody()
                .forEach(operation -> collectLoose(operation.id(), requests.schemaOf(operation), loose));

        assertThat(loose).isEmpty();
    }

    @Test
    void no_client_can_name_an_address_to_be_called() {
        assertThat(requests.operationsWithBody())
                .isNotEmpty()
                .allSatisfy(operation ->
                        assertThat(requests.fieldsOf(operation)).isNotEmpty().noneMatch(ADDRESS.asPredicate()));
    }

    @Test
    void every_refusal_that_a_service_can_give_has_a_meaning_over_http() throws IllegalAccessException {
        for (Field code : Refusals.class.getFields()) {
            assertThat(ProblemType.ofRefusal((String) code.get(null)).status()).isBetween(400, 503);
        }
    }

    @Test
    void every_answer_of_success_has_an_example_and_every_example_is_as_its_schema_says() {
        List<String> faults = new ArrayList<>();
        contract.document()
                .path("paths")
                .forEach(path -> path.forEach(
                        operation -> operation.path("responses").fields().forEachRemaining(answer -> resolved(
                                        answer.getValue())
                                .path("content")
                                .fields()
                                .forEachRemaining(media -> {
                                    String place = operation.path("operationId").asText() + ' ' + answer.getKey();
                                    if (media.getKey().endsWith("json")) {
                                        faults.addAll(faultsOfExample(
                                                place, answer.getKey().startsWith("2"), media.getValue()));
                                    }
                                }))));

        assertThat(faults).isEmpty();
    }

    /** An example stands beside the schema or in it. */
    private List<String> faultsOfExample(String place, boolean needed, JsonNode media) {
        JsonNode schema = media.path("schema");
        JsonNode example =
                media.has("example") ? media.path("example") : resolved(schema).path("example");
        if (example.isMissingNode()) {
            return needed ? List.of(place + " has none") : List.of();
        }
        try {
            BodySchema.compile(contract.document(), schema).read(WireJson.write(example), JsonNode.class);
            return List.of();
        } catch (Rejected wrong) {
            return List.of(place + ": " + wrong.errors());
        }
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref")
                ? contract.document().at(node.get("$ref").asText().substring(1))
                : node;
    }

    private Set<String> idsWith(Operation.Access access) {
        return contract.operations().stream()
                .filter(operation -> operation.access() == access)
                .map(Operation::id)
                .collect(Collectors.toSet());
    }

    private void collectLoose(String place, JsonNode node, List<String> loose) {
        JsonNode target = resolved(node);
        String type = target.path("type").asText();
        if (type.equals("string") && !target.has("pattern")) {
            loose.add(place + " has no pattern");
        }
        boolean limited =
                node.has("maxLength") || target.path("pattern").asText().matches(".*\\{[0-9]+(,[0-9]+)?}\\$$");
        if (type.equals("string") && !limited) {
            loose.add(place + " has no limit");
        }
        if (type.equals("integer") && !(target.has("minimum") && target.has("maximum"))) {
            loose.add(place + " has no limits");
        }
        if (type.equals("object") && target.path("additionalProperties").asBoolean(true)) {
            loose.add(place + " is open");
        }
        if (type.equals("array")) {
            if (!target.has("maxItems")) {
                loose.add(place + " has no end");
            }
            collectLoose(place + "/items", target.path("items"), loose);
        }
        target.path("properties")
                .fields()
                .forEachRemaining(
                        property -> collectLoose(place + '/' + property.getKey(), property.getValue(), loose));
    }
}
