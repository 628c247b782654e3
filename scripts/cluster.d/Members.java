import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processes of one cluster as they were started, kept in a file so that the next command knows them. */
final class Members {
    private final Path file;
    private final Map<String, Member> byName = new LinkedHashMap<>();

    Members(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            JsonArray stored = new JsonArray(Files.readString(file));
            for (int i = 0; i < stored.size(); i++) {
                put(Member.of(stored.getJsonObject(i)));
            }
        }
    }

    void put(Member member) {
        byName.put(member.name(), member);
    }

    void save() throws IOException {
        JsonArray stored = new JsonArray(byName.values().stream().map(Member::toJson).toList());
        Path next = file.resolveSibling("members.json.new");
        Files.writeString(next, stored.encodePrettily());
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** @throws IllegalStateException naming what still runs, for which there must be a record */
    void forget() throws IOException {
        requireStopped();
        byName.clear();
        Files.deleteIfExists(file);
    }

    private void requireStopped() {
        List<String> alive = byName.values().stream()
                .filter(Member::mayRun)
                .map(member -> member.name() + " (process " + member.pid() + ")")
                .toList();
        if (!alive.isEmpty()) {
            throw new IllegalStateException("still running here: " + String.join(", ", alive)
                    + "; scripts/cluster down stops what it knows for certain to be its own");
        }
    }

    Optional<Member> backing() {
        return Optional.ofNullable(byName.get(Member.BACKING));
    }

    Member node(String name) {
        Member node = byName.get(name);
        if (node == null || name.equals(Member.BACKING)) {
            throw new IllegalArgumentException("there is no node " + name);
        }
        return node;
    }

    /** In the order in which they were started first. */
    List<Member> nodes() {
        return byName.values().stream()
                .filter(member -> !member.service().equals(Member.BACKING))
                .toList();
    }
}
