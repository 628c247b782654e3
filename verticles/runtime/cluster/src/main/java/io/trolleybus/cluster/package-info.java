/** Joins the processes of a platform to one event bus. Hazelcast is known here and nowhere else. */
@NullMarked
package io.trolleybus.cluster;

import org.jspecify.annotations.NullMarked;
