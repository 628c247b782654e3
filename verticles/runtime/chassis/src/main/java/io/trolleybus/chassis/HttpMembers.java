package io.trolleybus.chassis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.servicediscovery.Record;
import io.vertx.servicediscovery.ServiceDiscovery;
import io.vertx.servicediscovery.ServiceDiscoveryOptions;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Which services can be reached over HTTP, from vertx-service-discovery. The records are looked at once a second, and
 * whenever one is announced.
 *
 * <p>A member that renews its record, by counting up {@code renewal} in its metadata, is held to that: silent for eight
 * seconds by our clock it is sent nothing more, and after another eight its record is removed. Others are there until
 * somebody removes their records. For one event loop.
 */
public final class HttpMembers {
    static final long LEASE_MS = 8_000;
    private static final long RENEW_MS = 2_000;
    private static final long LOOK_PERIOD_MS = 1_000;
    private static final int MAX_MEMBERS = 1_000;
    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final Logger LOG = LogManager.getLogger(HttpMembers.class);

    private final ServiceDiscovery discovery;
    private final InstantSource clock;
    /** What is registered on behalf of others, or will be as soon as it can. */
    private final List<OnBehalf> own = new ArrayList<>();

    private Map<String, Seen> seen = Map.of();
    private Map<String, List<HttpMember>> byService = Map.of();
    private boolean looking;
    private boolean lookAgain;

    /** A service that cannot register itself. */
    private static final class OnBehalf {
        final Record template;

        @Nullable
        Record published;

        OnBehalf(Record template) {
            this.template = template;
        }
    }

    /** @param leaseUntil when it is sent nothing more if it is not renewed; null if it need not be */
    public record Present(HttpMember member, @Nullable Instant leaseUntil) {}

    /** @param renewedMs when it was seen to be renewed */
    private record Seen(HttpMember member, long renewedMs) {}

    public HttpMembers(Vertx vertx, InstantSource clock) {
        var options = new ServiceDiscoveryOptions();
        this.discovery = ServiceDiscovery.create(vertx, options);
        this.clock = clock;
        vertx.setPeriodic(LOOK_PERIOD_MS, tick -> look());
        vertx.setPeriodic(RENEW_MS, tick -> own.forEach(this::renew));
        vertx.eventBus().<JsonObject>consumer(options.getAnnounceAddress(), told -> {
            if (HttpMember.TYPE.equals(told.body().getString("type"))) {
                look();
            }
        });
    }

    /** The instances of a service, in no order; empty if there is no such service. */
    public List<HttpMember> of(String service) {
        return byService.getOrDefault(service, List.of());
    }

    /** Every instance that is sent requests, in no order. */
    public List<Present> present() {
        return byService.values().stream()
                .flatMap(List::stream)
                .map(member -> new Present(member, leaseOf(member)))
                .toList();
    }

    private @Nullable Instant leaseOf(HttpMember member) {
        Seen last = seen.get(member.registration());
        return last == null || !member.isLeased() ? null : Instant.ofEpochMilli(last.renewedMs + LEASE_MS);
    }

    /** Whether a service of that name can be reached there, as far as that can be told by looking at both. */
    public static boolean isFit(String service, URI url) {
        boolean plain = url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
        boolean isHttp = url.getScheme() != null && SCHEMES.contains(url.getScheme());
        return isHttp && plain && HttpMember.of(record(service, url)) != null;
    }

    /**
     * Registers a service that cannot do so itself, as soon as that can be done, and renews its record from then on.
     */
    public void publish(String service, URI url) {
        var onBehalf = new OnBehalf(record(service, url));
        own.add(onBehalf);
        renew(onBehalf);
    }

    private static Record record(String service, URI url) {
        boolean ssl = "https".equals(url.getScheme());
        int usualPort = ssl ? HTTPS_PORT : HTTP_PORT;
        String host = url.getHost() == null ? "" : url.getHost();
        var location = new JsonObject()
                .put(Record.ENDPOINT, url.toString())
                .put("host", host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
                .put("port", url.getPort() < 0 ? usualPort : url.getPort())
                .put("root", url.getRawPath() == null ? "" : url.getRawPath())
                .put("ssl", ssl);
        return new Record()
                .setName(service)
                .setType(HttpMember.TYPE)
                .setLocation(location)
                .setMetadata(new JsonObject().put(HttpMember.RENEWAL, 0L));
    }

    private void renew(OnBehalf one) {
        Record published = one.published;
        String name = one.template.getName();
        if (published == null) {
            discovery
                    .publish(new Record(one.template.toJson()))
                    .onSuccess(registered -> one.published = registered)
                    .onFailure(cause -> LOG.warn("cannot register {} yet", name, cause));
            return;
        }
        JsonObject metadata = published.getMetadata();
        metadata.put(HttpMember.RENEWAL, metadata.getLong(HttpMember.RENEWAL) + 1);
        discovery
                .update(new Record(published.toJson()))
                .onFailure(cause -> LOG.warn("cannot renew the record of {}", name, cause));
    }

    /** Removes what {@link #publish} has registered; what a late renewal brings back has a lease. */
    public Future<Void> withdraw() {
        List<Future<Void>> withdrawn = own.stream()
                .map(one -> one.published)
                .filter(Objects::nonNull)
                .map(record -> discovery.unpublish(record.getRegistration()))
                .toList();
        own.clear();
        return Future.join(withdrawn).mapEmpty();
    }

    /** Removes the record of a member that is gone. */
    void remove(HttpMember member) {
        LOG.warn("removing the record of {} at {}, which is gone", member.service(), member.node());
        discovery
                .unpublish(member.registration())
                .onFailure(cause -> LOG.debug("somebody was faster to remove {}", member.registration(), cause));
    }

    /** One look at a time: each reads all of the discovery, and members that renew announce that all the time. */
    private void look() {
        if (looking) {
            lookAgain = true;
            return;
        }
        looking = true;
        lookAgain = false;
        discovery
                .getRecords(record -> HttpMember.TYPE.equals(record.getType()))
                .onSuccess(this::found)
                .onFailure(cause -> LOG.warn("cannot read the service discovery; keeping what is known", cause))
                .onComplete(done -> {
                    looking = false;
                    if (lookAgain) {
                        look();
                    }
                });
    }

    private void found(List<Record> records) {
        long nowMs = clock.millis();
        Map<String, Seen> fresh = new HashMap<>();
        Map<String, List<HttpMember>> there = new HashMap<>();
        records.stream()
                .limit(MAX_MEMBERS)
                .map(HttpMember::of)
                .filter(Objects::nonNull)
                .forEach(member -> {
                    Seen now = see(member, nowMs);
                    fresh.put(member.registration(), now);
                    long silentMs = member.isLeased() ? nowMs - now.renewedMs : 0;
                    if (silentMs <= LEASE_MS) {
                        add(member, there.computeIfAbsent(member.service(), name -> new ArrayList<>()));
                    } else if (silentMs > 2 * LEASE_MS) {
                        remove(member);
                    }
                });
        seen = fresh;
        byService = there;
    }

    /** Several gateways may have registered the same one. */
    private static void add(HttpMember member, List<HttpMember> instances) {
        if (instances.stream().noneMatch(other -> other.node().equals(member.node()))) {
            instances.add(member);
        }
    }

    private Seen see(HttpMember member, long nowMs) {
        Seen before = seen.get(member.registration());
        return before != null && Objects.equals(before.member.renewal(), member.renewal())
                ? new Seen(member, before.renewedMs)
                : new Seen(member, nowMs);
    }
}
