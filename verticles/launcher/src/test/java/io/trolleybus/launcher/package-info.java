/** The launcher on the real thing: servers, files, processes and ports. */
@NullMarked
package io.trolleybus.launcher;

import org.jspecify.annotations.NullMarked;
