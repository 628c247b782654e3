/**
 * What Trolleybus promises, asked of it from outside.
 *
 * <p>Every test speaks HTTP to a running platform and knows no class of it. Without further word a test starts the fat
 * jar as a child process; given addresses ({@code -Dtrolleybus.gateways=…}, see
 * {@link io.trolleybus.verification.RemotePlatform}) the same tests run against whatever listens there, which is what
 * {@code scripts/test --at URL} does.
 *
 * <p>Three layers: the platform's process and what it leaves on disk ({@code Platform…}, {@code LogLines},
 * {@code Databases}), the client a test speaks through ({@code Shop}, {@code Customer}, {@code Operator}), and the
 * tests, one class per capability. What must hold for any set of orders after any disturbance stands in
 * {@code Invariants}; what the contract promises of each operation in {@code …Promises}, where
 * {@code WholeContractTest} sees to it that none is left out; where sagas may be hit, and how they must end, in
 * {@code SagaPaths}.
 */
@NullMarked
package io.trolleybus.verification;

import org.jspecify.annotations.NullMarked;
