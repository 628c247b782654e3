/**
 * The journal: an append-only table in each service's own database that is at once its event store, its outbox and the
 * feed that other services read.
 *
 * <p>{@link io.trolleybus.journal.Journal} appends with an expected version and reads;
 * {@link io.trolleybus.journal.EventTypes} keeps old events readable; {@link io.trolleybus.journal.Subscription}
 * follows another service's feed and keeps its checkpoint in the transaction that applies what it read;
 * {@link io.trolleybus.journal.Projections} keeps read models of the service's own journal, and makes them anew while
 * they are read; {@link io.trolleybus.journal.GroupCommit} commits what arrives together as one transaction;
 * {@link io.trolleybus.journal.Outcomes} remembers what came of a command; {@link io.trolleybus.journal.Sweeper} looks
 * for rows that do not say what their events do.
 *
 * <p>The bus is only a hint here: each commit publishes a nudge, and a reader that misses it looks for itself within a
 * second.
 */
@NullMarked
package io.trolleybus.journal;

import org.jspecify.annotations.NullMarked;
