package io.trolleybus.chassis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.servicediscovery.Record;
import io.vertx.servicediscovery.ServiceDiscovery;
import io.vertx.servicediscovery.ServiceDiscoveryOptions;
import io.vertx.servicediscovery.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Who answers for which service now, from vertx-service-discovery. What is known is kept at hand, so that finding an
 * instance costs no look-up; it follows the discovery's announcements, and is read anew once a second since those may
 * get lost.
 *
 * <p>An instance renews its record every two seconds. One that has not for eight is sent nothing any more; if it was
 * merely slow, its next renewal brings it back. The eight seconds are counted by the clock of whoever looks, from when
 * it saw the last renewal, so that clocks need not agree. The record is removed if its process is lost or nothing was
 * heard of it for another eight seconds. Thread-safe.
 */
public final class ServiceDirectory {
    static final long RENEW_MS = 2_000;
    static final long LEASE_MS = 8_000;

    private static final Logger LOG = LogManager.getLogger(ServiceDirectory.class);
    private static final long REFRESH_PERIOD_MS = 1_000;
    private static final String TYPE = "trolleybus-service";
    private static final String RENEWAL = "renewal";

    /**
     * One running instance.
     *
     * @param member the process on the bus, see {@link Membership}
     * @param since when it was published
     * @param leaseUntil until when it counts as there if it is not heard of again, by this process's clock
     */
    public record Instance(
            String service,
            String id,
            String node,
            String member,
            String version,
            Instant since,
            Instant leaseUntil,
            List<String> addresses) {
        Instance withLeaseUntil(Instant until) {
            return new Instance(service, id, node, member, version, since, until, addresses);
        }
    }

    private final ServiceDiscovery discovery;
    private final Membership membership;
    private final InstantSource clock;
    private final List<Consumer<Predicate<Instance>>> lossHandlers = new CopyOnWriteArrayList<>();
    /** What this process has published, by registration. */
    private final Map<String, Record> own = new HashMap<>();

    private final KnownInstances known;

    /** The last renewal of each; a withdrawal waits for it, since a late one would bring its record back. */
    private final Map<String, Future<?>> renewing = new HashMap<>();

    private long readsBegun;
    /** The latest begun of the reads whose result is known; an older result is old news. */
    private long readKnown;

    private volatile Map<String, List<Instance>> byAddress = Map.of();
    private volatile List<Instance> instances = List.of();

    public ServiceDirectory(Vertx vertx, Membership membership, InstantSource clock) {
        var options = new ServiceDiscoveryOptions();
        this.discovery = ServiceDiscovery.create(vertx, options);
        this.membership = membership;
        this.clock = clock;
        this.known =
                new KnownInstances(Duration.ofMillis(LEASE_MS), Duration.ofMillis(REFRESH_PERIOD_MS), clock.instant());
        vertx.eventBus().<JsonObject>consumer(options.getAnnounceAddress(), m -> announced(new Record(m.body())));
        vertx.setPeriodic(REFRESH_PERIOD_MS, tick -> {
            membership.alive();
            dropExpired();
            refreshOrWarn();
        });
        vertx.setPeriodic(RENEW_MS, tick -> renew());
        membership.onLost(this::lost);
    }

    /** Registers an instance. @return the registration, for {@link #withdraw} */
    public Future<String> publish(
            String service, String instance, String node, String version, List<String> addresses) {
        var metadata = new JsonObject()
                .put("node", node)
                .put("member", membership.self())
                .put("version", version)
                .put("addresses", new JsonArray(addresses))
                .put("since", clock.instant().toString())
                .put(RENEWAL, 0L);
        var record = new Record()
                .setName(service)
                .setType(TYPE)
                .setLocation(new JsonObject().put(Record.ENDPOINT, instance))
                .setMetadata(metadata);
        return discovery.publish(record).compose(published -> {
            synchronized (this) {
                own.put(published.getRegistration(), published);
            }
            return refresh().map(published.getRegistration());
        });
    }

    /** Nobody is sent to the instance any more; what it has begun it may answer still. */
    public Future<Void> withdraw(String registration) {
        Future<?> underWay;
        synchronized (this) {
            own.remove(registration);
            Future<?> last = renewing.remove(registration);
            underWay = last == null ? Future.succeededFuture() : last;
        }
        return underWay.transform(renewed -> discovery.unpublish(registration)).compose(done -> refresh());
    }

    Membership membership() {
        return membership;
    }

    /** The instances that answer an address, in no order; empty if there is none. */
    List<Instance> answering(String address) {
        return byAddress.getOrDefault(address, List.of());
    }

    /** Every known instance, in no order. */
    public List<Instance> instances() {
        return instances;
    }

    /**
     * Calls the handler, on whatever thread, with a test for the instances that are lost, whenever some are; not for
     * those that withdrew in order. A test and not a list, since another process may have seen the loss first and had
     * their records removed.
     */
    void onLost(Consumer<Predicate<Instance>> handler) {
        lossHandlers.add(handler);
    }

    /** Of each record one renewal at a time, so that a withdrawal knows which to wait for. */
    private synchronized void renew() {
        own.forEach((registration, record) -> {
            Future<?> last = renewing.get(registration);
            if (last == null || last.isComplete()) {
                renewing.put(registration, renew(record));
            }
        });
    }

    private Future<?> renew(Record record) {
        JsonObject metadata = record.getMetadata();
        metadata.put(RENEWAL, metadata.getLong(RENEWAL) + 1);
        return discovery
                .update(new Record(record.toJson()))
                .onFailure(
                        cause -> LOG.warn("cannot renew the record of {}: {}", record.getName(), cause.getMessage()));
    }

    private void refreshOrWarn() {
        refresh().onFailure(cause -> LOG.warn("cannot read the service discovery; keeping what is known", cause));
    }

    private Future<Void> refresh() {
        long read;
        synchronized (this) {
            read = ++readsBegun;
        }
        return discovery
                .getRecords(record -> TYPE.equals(record.getType()))
                .onSuccess(records -> found(read, records))
                .mapEmpty();
    }

    /**
     * A renewal is announced with all there is to know. Of a new or removed record the announcement is only the
     * occasion to look: it may come from a process that was cut off and takes everybody for lost.
     */
    private void announced(Record record) {
        if (!TYPE.equals(record.getType())) {
            return;
        }
        if (record.getStatus() != Status.UP || record.getRegistration() == null) {
            refreshOrWarn();
            return;
        }
        synchronized (this) {
            see(record);
            index();
        }
    }

    private synchronized void found(long read, List<Record> records) {
        if (read < readKnown) {
            return;
        }
        readKnown = read;
        records.forEach(this::see);
        Set<String> there = records.stream().map(Record::getRegistration).collect(Collectors.toSet());
        // Whoever removed a record of ours was wrong; the next renewal puts it back.
        there.addAll(own.keySet());
        known.retain(there);
        index();
    }

    /** A record that another release wrote, or that nobody of us did, must not keep the others from being seen. */
    private void see(Record record) {
        JsonObject metadata = record.getMetadata();
        try {
            known.see(record.getRegistration(), instance(record, metadata), metadata.getLong(RENEWAL, 0L));
        } catch (RuntimeException malformed) {
            LOG.warn("a record of {} in the service discovery cannot be read", record.getName(), malformed);
        }
    }

    private Instance instance(Record record, JsonObject metadata) {
        return new Instance(
                record.getName(),
                record.getLocation().getString(Record.ENDPOINT),
                metadata.getString("node"),
                metadata.getString("member"),
                metadata.getString("version"),
                Instant.parse(metadata.getString("since")),
                clock.instant().plusMillis(LEASE_MS),
                metadata.getJsonArray("addresses").stream().map(String::valueOf).toList());
    }

    private void dropExpired() {
        Instant now = clock.instant();
        Duration gap;
        List<Instance> expired;
        List<String> abandoned;
        synchronized (this) {
            gap = known.stoodStill(now);
            expired = known.expire(now, own.keySet());
            abandoned = known.abandoned(now);
            index();
        }
        if (!gap.isZero()) {
            LOG.warn("this process stood still, or its clock was moved, by {}", gap);
        }
        if (!expired.isEmpty()) {
            tellDropped("its lease expired", expired);
            Set<String> ids = expired.stream().map(Instance::id).collect(Collectors.toSet());
            tellOfLoss(instance -> ids.contains(instance.id));
        }
        removeRecords(abandoned);
    }

    private void lost(String member) {
        Predicate<Instance> ofMember = instance -> instance.member.equals(member);
        Map<String, Instance> dropped;
        synchronized (this) {
            dropped = known.drop(ofMember, own.keySet());
            index();
        }
        tellDropped("its process is lost", dropped.values());
        removeRecords(dropped.keySet());
        tellOfLoss(ofMember);
    }

    private void tellOfLoss(Predicate<Instance> isLost) {
        lossHandlers.forEach(handler -> handler.accept(isLost));
    }

    private static void tellDropped(String why, Collection<Instance> dropped) {
        dropped.forEach(
                instance -> LOG.warn("{} on {} is sent nothing any more: {}", instance.service, instance.node, why));
    }

    private void removeRecords(Collection<String> registrations) {
        registrations.forEach(registration -> discovery
                .unpublish(registration)
                .onFailure(cause -> LOG.debug("somebody was faster to remove {}", registration, cause)));
    }

    private void index() {
        instances = known.present();
        byAddress = known.presentByAddress();
    }
}
