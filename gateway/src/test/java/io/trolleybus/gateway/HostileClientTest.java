package io.trolleybus.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.micrometer.core.instrument.Timer;
import io.trolleybus.gateway.Operation.Access;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that mean harm, with bytes that no library would send. Whatever they do, the next one is answered. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Isolated("it measures memory, and has a thousand connections")
class HostileClientTest {
    private static final int DRIPPING = 1_000;
    private static final long GIGABYTE = 1L << 30;
    private static final int CHUNK_BYTES = 64 * 1024;
    /** What buffers on the way may hold of a body before its sender sees the answer. */
    private static final long ANSWERED_WITHIN_BYTES = 64L << 20;

    private static final long HEAP_TOLERANCE_BYTES = 64L << 20;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] [1-5][0-9]{2} ");

    private static final String LOGIN =
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    private static final String BODY = "{\"email\":\"ada@example.org\",\"password\":\"x\"}";
    private static final String LENGTH = "Content-Length: " + BODY.length() + "\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String CHUNK_SIZE = Integer.toHexString(BODY.length());
    private static final String LAST_CHUNK = "0\r\n\r\n";
    private static final String CHUNKS = CHUNK_SIZE + "\r\n" + BODY + "\r\n" + LAST_CHUNK;
    private static final String ORDINARY = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private final Requests requests = new Requests(Contract.load());
    private final Witness witness = new Witness(TestKey.create("key-1"));
    private TestPlatform platform;

    @BeforeAll
    void start() {
        platform = TestPlatform.withGateway(
                TestPlatform.settings(1_000_000, 1_000_000, 3 * DRIPPING), new Patience(3_000, 10_000, 20_000));
        platform.serve("witness", witness::listen);
    }

    @AfterAll
    void stop() {
        platform.close();
    }

    @AfterEach
    void the_next_one_is_answered() {
        witness.asked().clear();
        assertThat(platform.raw(ORDINARY)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void a_thousand_who_drip_are_closed_and_others_are_answered_meanwhile() throws IOException {
        List<SocketChannel> dripping = new ArrayList<>();
        try {
            for (int i = 0; i < DRIPPING; i++) {
                dripping.add(beginToDrip());
            }
            await().atMost(Duration.ofSeconds(40))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        assertThat(platform.raw(ORDINARY)).startsWith("HTTP/1.1 200 ");
                        dripping.removeIf(HostileClientTest::isClosed);
                        return dripping.isEmpty();
                    });
        } finally {
            for (SocketChannel left : dripping) {
                left.close();
            }
        }
    }

    private SocketChannel beginToDrip() throws IOException {
        SocketChannel channel = SocketChannel.open(platform.address());
        channel.write(ByteBuffer.wrap("GET /health/live HTTP/1.1\r\nX-Slow: ".getBytes(US_ASCII)));
        channel.configureBlocking(false);
        return channel;
    }

    private static boolean isClosed(SocketChannel channel) {
        var answer = ByteBuffer.allocate(1);
        try {
            channel.write(ByteBuffer.wrap(new byte[] {'x'}));
            int read = channel.read(answer);
            assertThat(read).as("bytes in answer to half a head").isLessThan(1);
            if (read < 0) {
                channel.close();
            }
            return read < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void a_body_without_end_is_refused_at_its_limit_and_leaves_nothing_behind() throws IOException {
        long before = usedHeapBytes();

        try (Socket socket = platform.connect()) {
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            out.write((LOGIN + CHUNKED + "\r\n").getBytes(US_ASCII));
            byte[] chunk = ("10000\r\n" + " ".repeat(CHUNK_BYTES) + "\r\n").getBytes(US_ASCII);
            long sent = 0;
            while (sent < GIGABYTE && in.available() == 0) {
                out.write(chunk);
                sent += CHUNK_BYTES;
            }
            assertThat(sent).isBetween((long) RequestBody.MAX_BYTES, ANSWERED_WITHIN_BYTES);
            var head = new byte[CHUNK_BYTES];
            assertThat(new String(head, 0, in.read(head), US_ASCII))
                    .startsWith("HTTP/1.1 413 ")
                    .containsIgnoringCase("connection: close");
            assertThat(isClosedWhileSending(out, in, chunk, GIGABYTE - sent)).isTrue();
        }

        assertThat(witness.asked()).isEmpty();
        assertThat(usedHeapBytes() - before).isLessThan(HEAP_TOLERANCE_BYTES);
    }

    private static boolean isClosedWhileSending(OutputStream out, InputStream in, byte[] chunk, long bytes)
            throws IOException {
        try {
            for (long sent = 0; sent < bytes; sent += CHUNK_BYTES) {
                out.write(chunk);
            }
            out.write(LAST_CHUNK.getBytes(US_ASCII));
        } catch (IOException broken) {
            return true;
        }
        return in.read() < 0;
    }

    private static long usedHeapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void ten_thousand_headers_are_431() {
        String many =
                IntStream.range(0, 10_000).mapToObj(i -> "X-" + i + ": y\r\n").collect(Collectors.joining());

        assertThat(platform.raw("GET /health/live HTTP/1.1\r\nHost: x\r\n" + many + "\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("/problems/headers-too-large");
    }

    /** What a proxy before us may take for another request, or for more than one. */
    private static Stream<Arguments> doubtful() {
        return Stream.of(
                arguments("a length and chunks", LOGIN + LENGTH + CHUNKED + "\r\n" + CHUNKS),
                arguments("chunks and a length", LOGIN + CHUNKED + LENGTH + "\r\n" + CHUNKS),
                arguments("two lengths", LOGIN + LENGTH + "Content-Length: 5\r\n\r\n" + BODY),
                arguments("one length twice", LOGIN + LENGTH + LENGTH + "\r\n" + BODY),
                arguments("one length twice in one header", LOGIN + "Content-Length: 5, 5\r\n\r\n" + BODY),
                arguments("a signed length", LOGIN + "Content-Length: +5\r\n\r\n" + BODY),
                arguments("a negative length", LOGIN + "Content-Length: -1\r\n\r\n" + BODY),
                arguments("a length in hex", LOGIN + "Content-Length: 0x5\r\n\r\n" + BODY),
                arguments("no length at all", LOGIN + "Content-Length: \r\n\r\n" + BODY),
                arguments("chunks twice", LOGIN + CHUNKED + CHUNKED + "\r\n" + CHUNKS),
                arguments("chunks of chunks", LOGIN + coded("chunked, chunked") + CHUNKS),
                arguments("chunks, then not", LOGIN + coded("chunked, identity") + CHUNKS),
                arguments("something else, then chunks", LOGIN + coded("gzip, chunked") + CHUNKS),
                arguments("nothing, then chunks", LOGIN + coded("identity, chunked") + CHUNKS),
                arguments("xchunked", LOGIN + coded("xchunked") + CHUNKS),
                arguments("xchunked with a length", LOGIN + LENGTH + coded("xchunked") + BODY),
                arguments("quoted chunks", LOGIN + coded("\"chunked\"") + CHUNKS),
                arguments("chunks after a vertical tab", LOGIN + coded("\u000bchunked") + CHUNKS),
                arguments("no coding", LOGIN + LENGTH + coded("identity") + BODY),
                arguments("chunks in HTTP/1.0", LOGIN.replace("1.1", "1.0") + CHUNKED + "\r\n" + CHUNKS),
                arguments("a space before the colon", LOGIN + "Transfer-Encoding : chunked\r\n\r\n" + CHUNKS),
                arguments(
                        "a bare LF after the request line", LOGIN.replaceFirst("\r\n", "\n") + LENGTH + "\r\n" + BODY),
                arguments("bare LFs only", LOGIN.replace("\r\n", "\n") + "\n"),
                arguments("a bare LF in a header", LOGIN + "X-A: b\nX-B: c\r\n" + LENGTH + "\r\n" + BODY),
                arguments("a bare CR in a header", LOGIN + "X-A: b\rX-B: c\r\n" + LENGTH + "\r\n" + BODY),
                arguments("NUL in a header", LOGIN + "X-A: b\u0000c\r\n" + LENGTH + "\r\n" + BODY),
                arguments("NUL in a header's name", LOGIN + "X\u0000A: b\r\n" + LENGTH + "\r\n" + BODY),
                arguments("a header without a name", LOGIN + ": b\r\n" + LENGTH + "\r\n" + BODY),
                arguments("a header without a colon", LOGIN + "X-A b\r\n" + LENGTH + "\r\n" + BODY),
                arguments("no host", LOGIN.replace("Host: x\r\n", "") + LENGTH + "\r\n" + BODY),
                arguments("two hosts", LOGIN + "Host: y\r\n" + LENGTH + "\r\n" + BODY),
                arguments("NUL in the path", "GET /api/v1/orders\u0000 HTTP/1.1\r\nHost: x\r\n\r\n"),
                arguments("CR in the path", "GET /api/v1/orders\r/x HTTP/1.1\r\nHost: x\r\n\r\n"),
                arguments("LF in the path", "GET /api/v1/orders\n/x HTTP/1.1\r\nHost: x\r\n\r\n"),
                arguments("CR LF in the path", "GET /api/v1/orders\r\nX: /x HTTP/1.1\r\nHost: x\r\n\r\n"),
                arguments("a path without its slash", "GET health/live HTTP/1.1\r\nHost: x\r\n\r\n"),
                arguments("a tunnel", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    private static String coded(String coding) {
        return "Transfer-Encoding: " + coding + "\r\n\r\n";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doubtful")
    void what_could_be_understood_otherwise_is_400_and_the_last_on_its_connection(String what, String request) {
        String answer = platform.raw(request + ORDINARY);

        assertThat(answer).as(what).contains(" 400 ", "/problems/invalid");
        assertThat(STATUS_LINE.matcher(answer).results()).as(answer).hasSize(1);
        assertThat(witness.asked()).isEmpty();
    }

    /** What has one meaning only. A header that goes on in the next line is joined, as RFC 9112 allows. */
    private static Stream<Arguments> unusual() {
        return Stream.of(
                arguments("chunks after a tab", LOGIN + "Transfer-Encoding:\tchunked\r\n\r\n" + CHUNKS),
                arguments("chunks in capitals", LOGIN + "TRANSFER-ENCODING: CHUNKED\r\n\r\n" + CHUNKS),
                arguments(
                        "a chunk with an extension",
                        LOGIN + CHUNKED + "\r\n" + CHUNKS.replaceFirst("\r\n", ";a=b\r\n")),
                arguments("a header in two lines", LOGIN + "X-A: b\r\n c\r\n" + LENGTH + "\r\n" + BODY));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusual")
    void what_has_one_meaning_is_taken_as_one_request(String what, String request) {
        String answer = platform.raw(request + ORDINARY);

        assertThat(STATUS_LINE.matcher(answer).results().map(line -> line.group()
                        .strip()))
                .as(what)
                .containsExactly("HTTP/1.1 409", "HTTP/1.1 200");
        assertThat(witness.asked()).containsExactly("user.login");
    }

    private static Stream<Arguments> brokenChunks() {
        return Stream.of(
                arguments("no number", "zz\r\n" + CHUNKS),
                arguments("a negative size", "-1\r\n" + CHUNKS),
                arguments("a size with a prefix", "0x5\r\n" + CHUNKS),
                arguments("a size beyond any number", "fffffffffffffffff\r\n" + CHUNKS),
                arguments("LFs only", CHUNKS.replace("\r\n", "\n")),
                arguments("a bare LF in an extension", CHUNKS.replaceFirst("\r\n", ";a\n\r\n")),
                arguments("more than its size", CHUNK_SIZE + "\r\n" + BODY + "xx" + LAST_CHUNK));
    }

    /** There the decoder closes before an answer could leave. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenChunks")
    void chunks_that_are_none_end_the_connection_and_do_nothing(String what, String chunks) {
        String answer = platform.raw(LOGIN + CHUNKED + "\r\n" + chunks + ORDINARY);

        assertThat(answer).as(what).isEmpty();
        assertThat(witness.asked()).isEmpty();
        assertThat(failures()).isZero();
    }

    @Test
    void who_goes_away_in_the_middle_of_a_body_is_no_failure_of_ours() throws IOException {
        Timer logins = platform.node().meters().timer("trolleybus_gateway_operation", "operation", "login");
        long before = logins.count();

        try (Socket socket = platform.connect()) {
            socket.getOutputStream().write((LOGIN + LENGTH + "\r\n{").getBytes(US_ASCII));
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> logins.count() > before);
        assertThat(failures()).isZero();
    }

    /** Of log-ins; there is an alert that counts them. */
    private double failures() {
        return platform.node()
                .meters()
                .counter("trolleybus_gateway_errors", "operation", "login")
                .count();
    }

    Stream<Named<Operation>> guarded() {
        return requests.operationsFor(Access.USER, Access.OPERATOR)
                .map(operation -> Named.of(operation.id(), operation));
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void no_spelling_of_a_path_leads_past_the_token(Operation operation) {
        for (String spelling : spellingsOf(Requests.pathOf(operation))) {
            String answer = platform.raw(operation.method() + ' ' + spelling
                    + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

            assertThat(answer).as(spelling).matches("(?s)HTTP/1\\.1 4[0-9]{2} .*");
        }
        assertThat(witness.asked()).isEmpty();
    }

    private static List<String> spellingsOf(String path) {
        int lastSlash = path.lastIndexOf('/');
        return List.of(
                path,
                path + '/',
                path + "//",
                '/' + path,
                path.replace("/", "//"),
                "/." + path,
                path + "/.",
                path + "/x/..",
                "/docs/.." + path,
                "/docs/%2e%2e" + path,
                "/docs/%2e%2e%2f" + path.substring(1),
                "/docs/..%2f" + path.substring(1),
                "/docs/%252e%252e%252f" + path.substring(1),
                "/docs/%2e%2e" + path.replace("/", "%2f"),
                "/docs/..;" + path,
                "/docs\\.." + path,
                path.replace('/', '\\'),
                path + ";x=y",
                path.replaceFirst("/api", "/api;x=y"),
                path + "%2f",
                path.substring(0, lastSlash) + "%2f" + path.substring(lastSlash + 1),
                path.toUpperCase(Locale.ROOT),
                path.replaceFirst("api", "%61pi"),
                path + "%00",
                path + "%0d%0aX:%20y",
                path + "%20",
                path + "?x=/health/live",
                path + "#/health/live",
                path + ".json",
                "http://x" + path,
                "//x" + path);
    }
}
