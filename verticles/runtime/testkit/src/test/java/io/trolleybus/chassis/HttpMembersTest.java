package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.servicediscovery.Record;
import io.vertx.servicediscovery.ServiceDiscovery;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpMembersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final HttpMembers members = new HttpMembers(vertx, now::get);
    private final ServiceDiscovery discovery = ServiceDiscovery.create(vertx);

    @AfterEach
    void close() {
        done(vertx.close());
    }

    private static <T> T done(Future<T> future) {
        await().atMost(PATIENCE).until(future::succeeded);
        return future.result();
    }

    private static Record record(String name, int port, String root) {
        return new Record()
                .setName(name)
                .setType("http-endpoint")
                .setLocation(new JsonObject()
                        .put("host", "127.0.0.1")
                        .put("port", port)
                        .put("root", root));
    }

    private void awaitNumber(String service, int number) {
        await().atMost(PATIENCE).until(() -> members.of(service).size() == number);
    }

    private List<Record> records() {
        return done(discovery.getRecords(record -> true));
    }

    private static Record leased() {
        return record("leased", 1, "/").setMetadata(new JsonObject().put("renewal", 1));
    }

    @Test
    void a_member_that_renews_its_record_is_there_as_long_as_it_does() {
        Record record = done(discovery.publish(leased()));
        awaitNumber("leased", 1);

        now.updateAndGet(time -> time.plusSeconds(9));
        awaitNumber("leased", 0);
        assertThat(records()).as("it may have been slow").hasSize(1);

        record.getMetadata().put("renewal", 2);
        done(discovery.update(record));
        awaitNumber("leased", 1);

        now.updateAndGet(time -> time.plusSeconds(17));
        await().atMost(PATIENCE).until(() -> records().isEmpty());
        awaitNumber("leased", 0);
    }

    @Test
    void a_member_that_does_not_is_there_until_its_record_is_removed() {
        String registration = done(discovery.publish(record("lasting", 1, "/"))).getRegistration();
        awaitNumber("lasting", 1);

        now.updateAndGet(time -> time.plusSeconds(3_600));
        done(discovery.publish(record("later", 1, "/")));
        awaitNumber("later", 1);
        assertThat(members.of("lasting")).hasSize(1);

        done(discovery.unpublish(registration));
        awaitNumber("lasting", 0);
    }

    @Test
    void a_service_that_cannot_register_itself_is_registered_by_a_gateway_as_long_as_that_runs() {
        members.publish("reports", URI.create("http://127.0.0.1:9000/base/"));
        members.publish("files", URI.create("https://[::1]"));
        awaitNumber("reports", 1);
        awaitNumber("files", 1);
        assertThat(members.of("reports").get(0))
                .extracting(HttpMember::node, HttpMember::root, HttpMember::isLeased)
                .containsExactly("127.0.0.1:9000", "/base", true);
        assertThat(members.of("files").get(0))
                .extracting(HttpMember::node, HttpMember::ssl)
                .containsExactly("[::1]:443", true);

        Object renewal = members.of("files").get(0).renewal();
        await().atMost(PATIENCE)
                .until(() -> !members.of("files").get(0).renewal().equals(renewal));

        done(members.withdraw());
        awaitNumber("reports", 0);
    }

    @Test
    void a_record_that_leads_nowhere_is_passed_over_and_the_others_are_seen() {
        for (Record unfit : List.of(
                record("Capitals", 1, "/"),
                record("no/slashes", 1, "/"),
                record("unfit", 0, "/"),
                record("unfit", 70_000, "/"),
                record("unfit", 1, "base"),
                record("unfit", 1, "/../"),
                record("unfit", 1, "/")
                        .setLocation(new JsonObject().put("host", "a b").put("port", 1)),
                record("unfit", 1, "/")
                        .setLocation(new JsonObject().put("host", 7).put("port", "x")),
                record("unfit", 1, "/").setType("jdbc"))) {
            done(discovery.publish(unfit));
        }
        done(discovery.publish(record("fit", 1, "/")));
        awaitNumber("fit", 1);

        assertThat(members.of("unfit")).isEmpty();
        assertThat(members.of("Capitals")).isEmpty();
        assertThat(members.of("no/slashes")).isEmpty();
        HttpMember fit = members.of("fit").get(0);
        assertThat(fit.root()).isEmpty();
        assertThat(fit.node()).isEqualTo("127.0.0.1:1");
    }
}
