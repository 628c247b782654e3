package io.trolleybus.launcher;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.trolleybus.chassis.ChosenSpanIds;
import io.trolleybus.chassis.RecentLogs;
import io.trolleybus.chassis.RecentSpans;
import io.trolleybus.chassis.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a process tells about itself: meters for Prometheus; the spans and log lines of late for operators; and all of
 * both for a collector, if one is configured.
 */
final class Telemetry implements AutoCloseable {
    /** The variable of the OpenTelemetry specification; without it spans and log lines are not sent anywhere. */
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /** What a process that is killed has not sent yet is lost. */
    private static final Duration EXPORT_DELAY = Duration.ofSeconds(1);

    private static final String SCOPE = "io.trolleybus";

    private final String node;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final RecentSpans recentSpans = new RecentSpans();
    private final RecentLogs recentLogs = new RecentLogs();
    private final RootLogger rootLogger = new RootLogger();
    private final SpanProcessor spans;
    private final @Nullable SdkLoggerProvider loggers;
    /** By the service that works: a resource is one service, and a process may run several. */
    private final Map<String, SdkTracerProvider> tracers = new ConcurrentHashMap<>();

    Telemetry(Map<String, String> environment, String node) {
        this.node = node;
        meters.config().meterFilter(new Buckets());
        List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), new ProcessorMetrics(), new UptimeMetrics())
                .forEach(binder -> binder.bindTo(meters));
        collections.bindTo(meters);
        String endpoint = environment.getOrDefault(ENDPOINT, "").replaceAll("/$", "");
        boolean isSent = !endpoint.isBlank();
        spans = spanProcessor(isSent ? endpoint + "/v1/traces" : null);
        rootLogger.add(recentLogs);
        loggers = isSent ? loggers(endpoint + "/v1/logs") : null;
        if (loggers != null) {
            rootLogger.add(new OtlpLogs(loggers));
        }
    }

    private SpanProcessor spanProcessor(@Nullable String url) {
        List<SpanProcessor> processors = new ArrayList<>();
        processors.add(SimpleSpanProcessor.create(recentSpans));
        if (url != null) {
            var exporter = OtlpHttpSpanExporter.builder().setEndpoint(url).build();
            processors.add(BatchSpanProcessor.builder(exporter)
                    .setScheduleDelay(EXPORT_DELAY)
                    .build());
        }
        return SpanProcessor.composite(processors);
    }

    private SdkLoggerProvider loggers(String url) {
        var exporter = OtlpHttpLogRecordExporter.builder().setEndpoint(url).build();
        return SdkLoggerProvider.builder()
                .setResource(resource(LogFields.PLATFORM))
                .addLogRecordProcessor(BatchLogRecordProcessor.builder(exporter).build())
                .build();
    }

    private Tracer tracer(String service) {
        return tracers.computeIfAbsent(service, name -> SdkTracerProvider.builder()
                        .setIdGenerator(new ChosenSpanIds())
                        .setResource(resource(name))
                        .addSpanProcessor(spans)
                        .build())
                .get(SCOPE);
    }

    private Resource resource(String service) {
        return Resource.getDefault().toBuilder()
                .put("service.name", service)
                .put("service.namespace", LogFields.PLATFORM)
                .put("service.instance.id", node)
                .build();
    }

    PrometheusMeterRegistry meters() {
        return meters;
    }

    Tracing tracing() {
        return Tracing.ofServices(LogFields.PLATFORM, this::tracer);
    }

    RecentSpans recentSpans() {
        return recentSpans;
    }

    RecentLogs recentLogs() {
        return recentLogs;
    }

    /** Sends what has not been sent yet. */
    @Override
    public void close() {
        rootLogger.close();
        if (loggers != null) {
            loggers.close();
        }
        // Each closes the processor, which all of them share, so that the first does it.
        tracers.values().forEach(SdkTracerProvider::close);
        collections.close();
        meters.close();
    }
}
