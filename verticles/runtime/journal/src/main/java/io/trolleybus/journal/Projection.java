package io.trolleybus.journal;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A read model of this service's own journal, as statements: it lies in the same database, so what happened need not
 * travel to this program and back to be folded. The statements know the stored shape of the events they name, every
 * version of it.
 *
 * @param name of its rows in {@code projection} and {@code subscription}
 * @param types the events that change it
 * @param gather how long to gather before what happened is folded: what changes a row several times within it writes
 *     that once
 * @param folds bring the rows of the generation {@code $1} from the position {@code $2} to {@code $3}; what came before
 *     is in them, and nothing that comes after
 * @param sweep removes at most {@code $2} rows of generations before {@code $1}
 */
public record Projection(String name, Set<String> types, Gather gather, List<String> folds, String sweep) {
    /** Rows and checkpoint are of one transaction, so a crash that loses it only has it folded again. */
    private static final String UNHURRIED = "set local synchronous_commit to off";

    /**
     * How long to gather, in milliseconds, within these bounds: fifty times as long as the last folding took. The more
     * happens, the longer it is, and the more share the rows that are written.
     */
    public record Gather(long leastMs, long mostMs) {
        private static final long TIMES_OF_FOLDING = 50;

        /** The same whatever folding takes. */
        public static Gather of(long ms) {
            return new Gather(ms, ms);
        }

        long afterFolding(long foldedMs) {
            return Math.max(leastMs, Math.min(mostMs, TIMES_OF_FOLDING * foldedMs));
        }
    }

    /**
     * The one row that says which generation of a projection is read ({@code live}), how far it has come
     * ({@code position}) and where the journal ends ({@code head}); no row before there is a first generation. A query
     * that joins it sees all of this at the moment it reads.
     */
    public static String reading(String name) {
        return """
                (select p.live, s.position, h.position as head
                 from projection p join subscription s on s.name = p.name || '#' || p.live cross join journal_head h
                 where p.name = '%s')
                """.formatted(name);
    }

    /** Brings a generation on, in the transaction that advances its checkpoint. */
    Future<?> fold(SqlConnection tx, int generation, long after, long through) {
        List<Future<?>> folded = new ArrayList<>();
        folded.add(tx.query(UNHURRIED).execute());
        folds.forEach(fold -> folded.add(tx.preparedQuery(fold).execute(Tuple.of(generation, after, through))));
        return Future.all(folded);
    }

    /** Under which the checkpoint of one of its generations is kept. */
    String checkpointOf(int generation) {
        return name + '#' + generation;
    }
}
