package io.trolleybus.launcher;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.trolleybus.chassis.ChosenSpanIds;
import io.trolleybus.chassis.Tracing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a process tells about itself: meters for Prometheus, and spans for a collector if one is configured. */
final class Telemetry implements AutoCloseable {
    /** The variable of the OpenTelemetry specification; without it spans are made and dropped. */
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /** What a process that is killed has not sent yet is lost. */
    private static final Duration EXPORT_DELAY = Duration.ofSeconds(1);

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final SdkTracerProvider tracers;

    Telemetry(Map<String, String> environment, String node) {
        meters.config().meterFilter(new Buckets());
        List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), new ProcessorMetrics(), new UptimeMetrics())
                .forEach(binder -> binder.bindTo(meters));
        collections.bindTo(meters);
        tracers = tracers(environment.get(ENDPOINT), node);
    }

    private static SdkTracerProvider tracers(@Nullable String endpoint, String node) {
        var builder = SdkTracerProvider.builder()
                .setIdGenerator(new ChosenSpanIds())
                .setResource(Resource.getDefault().toBuilder()
                        .put("service.name", "trolleybus")
                        .put("service.instance.id", node)
                        .build());
        if (endpoint != null && !endpoint.isBlank()) {
            var exporter = OtlpHttpSpanExporter.builder()
                    .setEndpoint(endpoint.replaceAll("/$", "") + "/v1/traces")
                    .build();
            builder.addSpanProcessor(BatchSpanProcessor.builder(exporter)
                    .setScheduleDelay(EXPORT_DELAY)
                    .build());
        }
        return builder.build();
    }

    PrometheusMeterRegistry meters() {
        return meters;
    }

    Tracing tracing() {
        return new Tracing(tracers.get("io.trolleybus"));
    }

    @Override
    public void close() {
        tracers.close();
        collections.close();
        meters.close();
    }
}
