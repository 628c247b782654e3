package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.AuditReport;
import io.trolleybus.model.AuditMessages.GetAudit;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Has everything swept again and again, on one instance of the order service in the cluster, and tells on any of them
 * what the last sweep saw. For one event loop.
 */
final class AuditConductor {
    private static final Logger LOG = LogManager.getLogger(AuditConductor.class);
    private static final String NOT_SWEPT = "audit";
    /** A sweep that is older than so many periods, and a take-over, was the last for some reason. */
    private static final int LATE_AFTER_PERIODS = 4;

    private static final Duration TAKE_OVER = Duration.ofSeconds(60);

    private final ServiceContext context;
    private final Duration period;
    private final AuditStore store;
    private final AuditSweep sweep;
    private final AuditMeters meters;
    private Set<String> told = Set.of();
    private Future<?> sweeping = Future.succeededFuture();
    private long timer;
    private boolean stopped;

    /** @param period from the beginning of one sweep to that of the next; zero for never */
    AuditConductor(ServiceContext context, AuditStore store, Duration period) {
        this.context = context;
        this.period = period;
        this.store = store;
        this.sweep = new AuditSweep(context, store);
        this.meters = new AuditMeters(context.meters());
    }

    void start() {
        if (!period.isZero()) {
            timer = context.vertx().setPeriodic(period.toMillis(), tick -> tick());
        }
    }

    /** A sweep under way is not waited for; what it sees, the next one sees as well. */
    Future<?> stop() {
        stopped = true;
        context.vertx().cancelTimer(timer);
        return store.giveUp();
    }

    private void tick() {
        if (sweeping.isComplete()) {
            sweeping = sweep().onFailure(cause -> LOG.log(
                    stopped ? Level.DEBUG : Level.WARN,
                    "the audit sweeps again later: {}",
                    String.valueOf(cause.getMessage())));
        }
    }

    /** @return whether this instance has made a sweep, since it conducts */
    Future<Boolean> sweep() {
        return store.claim().compose(claimed -> {
            if (claimed.isEmpty()) {
                meters.silent();
                return Future.succeededFuture(false);
            }
            return sweep.run(claimed.get()).compose(result -> stopped ? Future.succeededFuture(false) : save(result));
        });
    }

    private Future<Boolean> save(AuditSweep.Result result) {
        return store.save(result.state(), result.report()).onSuccess(isOurs -> {
            if (isOurs) {
                tell(result.report());
            }
        });
    }

    private void tell(AuditReport report) {
        meters.swept(report);
        Set<String> subjects = new HashSet<>();
        for (AuditFinding finding : report.findings()) {
            subjects.add(finding.subject());
            if (!told.contains(finding.subject())) {
                LOG.error(
                        "the audit found {}: expected {}, found {}",
                        finding.subject(),
                        finding.expected(),
                        finding.found());
            }
        }
        told = subjects;
    }

    Future<Reply<AuditReport>> get(Call call, GetAudit query) {
        return call.principal().isOperator()
                ? store.report()
                        .map(found -> Reply.done(found.map(this::unlessLate)
                                .orElseGet(() -> new AuditReport(null, false, 0, 0, List.of(), List.of(NOT_SWEPT)))))
                : Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only operators see the audit"));
    }

    private AuditReport unlessLate(AuditReport report) {
        Instant at = report.at();
        Instant due = context.clock().instant().minus(TAKE_OVER).minus(period.multipliedBy(LATE_AFTER_PERIODS));
        if (at != null && at.isAfter(due)) {
            return report;
        }
        List<String> degraded = new ArrayList<>(report.degraded());
        degraded.add(NOT_SWEPT);
        return new AuditReport(at, false, report.checked(), report.inFlight(), report.findings(), degraded);
    }
}
