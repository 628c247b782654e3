/** The bank, asked over real HTTP and restarted over its real ledger. */
@NullMarked
package io.trolleybus.provider;

import org.jspecify.annotations.NullMarked;
