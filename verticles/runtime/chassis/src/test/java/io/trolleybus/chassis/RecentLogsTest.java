package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.NodeMessages.FindLogs;
import io.trolleybus.model.NodeMessages.LogLine;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecentLogsTest {
    private static final UUID ORDER = UUID.fromString("01930000-0000-7000-8000-000000000001");
    private static final int ANY = 10_000;

    private final RecentLogs logs = new RecentLogs();
    private final LoggerContext context = LoggerContext.getContext(false);
    private final TraceLog story = new TraceLog(RecentLogsTest.class, "order");
    private final Trace sampled = Trace.root(new Random(1), true);

    @BeforeEach
    void listen() {
        logs.start();
        var logger = new LoggerConfig(RecentLogsTest.class.getName(), Level.INFO, false);
        logger.addAppender(logs, null, null);
        context.getConfiguration().addLogger(logger.getName(), logger);
        context.updateLoggers();
    }

    @AfterEach
    void leave() {
        context.getConfiguration().removeLogger(RecentLogsTest.class.getName());
        context.updateLoggers();
    }

    private List<LogLine> find(UUID orderId, String traceId) {
        return logs.find(new FindLogs(orderId, traceId, ANY)).items();
    }

    @Test
    void aLineIsFoundByItsOrderAndByItsTrace() {
        story.warn(sampled, "order.id", ORDER, "order {}", "waits");
        LogManager.getLogger(RecentLogsTest.class).error("of no order");

        assertThat(find(ORDER, null)).isEqualTo(find(null, sampled.traceId()));
        assertThat(find(ORDER, null)).singleElement().satisfies(line -> {
            assertThat(line.message()).isEqualTo("order waits");
            assertThat(line.level()).isEqualTo("WARN");
            assertThat(line.logger()).isEqualTo(RecentLogsTest.class.getName());
            assertThat(line.service()).isEqualTo("order");
            assertThat(line.traceId()).isEqualTo(sampled.traceId());
            assertThat(line.spanId()).isEqualTo(sampled.spanId());
            assertThat(line.orderId()).isEqualTo(ORDER.toString());
            assertThat(line.error()).isNull();
        });
        assertThat(find(ORDER, "another")).isEmpty();
        assertThat(find(null, null)).extracting(LogLine::message).startsWith("of no order", "order waits");
    }

    @Test
    void anErrorIsToldWithTheBeginningOfItsStack() {
        story.error(sampled, "order.id", ORDER, "failed", new IllegalStateException("x".repeat(20_000)));

        assertThat(find(ORDER, null)).singleElement().satisfies(line -> {
            assertThat(line.error().type()).isEqualTo("java.lang.IllegalStateException");
            assertThat(line.error().stackTrace())
                    .startsWith("java.lang.IllegalStateException: xxx")
                    .hasSizeLessThanOrEqualTo(RecentLogs.MAX_STACK_CHARS + 1);
        });
    }

    @Test
    void linesAreBoundedByNumberAndBySize() {
        for (int i = 0; i < RecentLogs.MAX_LINES + 10; i++) {
            story.warn(sampled, "order.id", ORDER, "short");
        }
        assertThat(find(ORDER, null)).hasSize(RecentLogs.MAX_LINES);

        String large = "x".repeat(2 * RecentLogs.MAX_MESSAGE_CHARS);
        for (int i = 0; i < 1_000; i++) {
            story.warn(sampled, "order.id", ORDER, large);
        }
        assertThat(find(ORDER, null))
                .hasSizeLessThan((int) (RecentLogs.MAX_BYTES / (2 * RecentLogs.MAX_MESSAGE_CHARS)) + 1)
                .allSatisfy(line -> assertThat(line.message()).hasSize(RecentLogs.MAX_MESSAGE_CHARS + 1));
    }
}
