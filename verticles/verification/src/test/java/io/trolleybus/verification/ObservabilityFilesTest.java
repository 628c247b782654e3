package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ObservabilityFilesTest {
    private static final int MIN_DESCRIPTION_CHARS = 100;

    @Test
    void everyAlertSaysHowUrgentItIsAndWhatToDo() {
        assertThat(Observability.alerts()).isNotEmpty().allSatisfy(alert -> {
            assertThat(alert.get("labels")).isIn(Map.of("severity", "page"), Map.of("severity", "ticket"));
            Map<?, ?> annotations = (Map<?, ?>) alert.get("annotations");
            assertThat(String.valueOf(annotations.get("summary"))).isNotBlank();
            assertThat(String.valueOf(annotations.get("description"))).hasSizeGreaterThan(MIN_DESCRIPTION_CHARS);
        });
    }

    @Test
    void noTwoAlertsHaveOneName() {
        assertThat(Observability.alerts())
                .extracting(alert -> alert.get("alert"))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyPanelAsksTheChosenPrometheusAndHasAPlaceOfItsOwn() {
        assertThat(Observability.dashboards()).isNotEmpty().allSatisfy(dashboard -> {
            List<JsonNode> panels = Observability.panels(dashboard);
            assertThat(panels).isNotEmpty().allSatisfy(panel -> {
                assertThat(panel.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
                assertThat(panel.path("targets")).isNotEmpty();
            });
            assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
            assertThat(panels).extracting(panel -> panel.path("gridPos")).doesNotHaveDuplicates();
        });
    }

    @Test
    void prometheusFindsItsRules() {
        assertThat((List<?>) Observability.yaml("prometheus.yml").get("rule_files"))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(Observability.FOLDER.resolve(String.valueOf(file)))
                        .isRegularFile());
    }

    @Test
    void theCollectorsPipelinesAreMadeOfWhatIsConfigured() {
        Map<String, Object> collector = Observability.yaml("otel-collector.yaml");
        Map<?, ?> pipelines = (Map<?, ?>) ((Map<?, ?>) collector.get("service")).get("pipelines");

        assertThat(pipelines).isNotEmpty();
        for (Object pipeline : pipelines.values()) {
            ((Map<?, ?>) pipeline).forEach((kind, used) -> {
                Map<?, ?> configured = (Map<?, ?>) collector.get(String.valueOf(kind));
                assertThat((List<?>) used).isNotEmpty().allMatch(configured::containsKey);
            });
        }
    }
}
