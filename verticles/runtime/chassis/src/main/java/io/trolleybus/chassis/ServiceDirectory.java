package io.trolleybus.chassis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.servicediscovery.Record;
import io.vertx.servicediscovery.ServiceDiscovery;
import io.vertx.servicediscovery.ServiceDiscoveryOptions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Who answers for which service now, from vertx-service-discovery. The list is kept at hand, so that finding an
 * instance costs no look-up; it is read anew when the discovery announces a change, and once a second since
 * announcements may get lost. Thread-safe: the list is replaced as a whole.
 */
public final class ServiceDirectory {
    private static final Logger LOG = LogManager.getLogger(ServiceDirectory.class);
    private static final long REFRESH_PERIOD_MS = 1_000;
    private static final String TYPE = "trolleybus-service";

    /** One running instance and the addresses it answers. */
    public record Instance(
            String service, String id, String node, String version, String since, List<String> addresses) {}

    private final ServiceDiscovery discovery;
    private final InstantSource clock;
    private volatile List<Instance> instances = List.of();
    private volatile Map<String, List<Instance>> byAddress = Map.of();

    public ServiceDirectory(Vertx vertx, InstantSource clock) {
        var options = new ServiceDiscoveryOptions();
        this.discovery = ServiceDiscovery.create(vertx, options);
        this.clock = clock;
        vertx.eventBus().consumer(options.getAnnounceAddress(), announced -> refreshOrWarn());
        vertx.setPeriodic(REFRESH_PERIOD_MS, tick -> refreshOrWarn());
    }

    /** Registers an instance. @return the registration, for {@link #withdraw} */
    Future<String> publish(String service, String instance, String node, String version, List<String> addresses) {
        var metadata = new JsonObject()
                .put("node", node)
                .put("version", version)
                .put("addresses", new JsonArray(addresses))
                .put("since", clock.instant().toString());
        var record = new Record()
                .setName(service)
                .setType(TYPE)
                .setLocation(new JsonObject().put(Record.ENDPOINT, instance))
                .setMetadata(metadata);
        return discovery.publish(record).compose(published -> refresh().map(published.getRegistration()));
    }

    Future<Void> withdraw(String registration) {
        return discovery.unpublish(registration).compose(done -> refresh());
    }

    /** The instances that answer an address, in no order; empty if there is none. */
    List<Instance> answering(String address) {
        return byAddress.getOrDefault(address, List.of());
    }

    /** Every known instance, in no order. */
    public List<Instance> instances() {
        return instances;
    }

    private void refreshOrWarn() {
        refresh().onFailure(cause -> LOG.warn("cannot read the service discovery; keeping the last list", cause));
    }

    private Future<Void> refresh() {
        return discovery
                .getRecords(record -> TYPE.equals(record.getType()))
                .onSuccess(this::replace)
                .mapEmpty();
    }

    private void replace(List<Record> records) {
        var found = records.stream().map(ServiceDirectory::instance).toList();
        var addresses = new HashMap<String, List<Instance>>();
        for (Instance instance : found) {
            instance.addresses.forEach(address ->
                    addresses.computeIfAbsent(address, a -> new ArrayList<>()).add(instance));
        }
        instances = found;
        byAddress = addresses;
    }

    private static Instance instance(Record record) {
        JsonObject metadata = record.getMetadata();
        return new Instance(
                record.getName(),
                record.getLocation().getString(Record.ENDPOINT),
                metadata.getString("node"),
                metadata.getString("version"),
                metadata.getString("since"),
                metadata.getJsonArray("addresses").stream().map(String::valueOf).toList());
    }
}
