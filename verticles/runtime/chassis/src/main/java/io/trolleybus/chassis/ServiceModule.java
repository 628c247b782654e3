package io.trolleybus.chassis;

import java.util.List;

/** How a process gets to know a service. */
public interface ServiceModule {
    /** The service's name: the first part of its addresses, its database and its log lines. */
    String name();

    /** Classpath folders with the migrations of its database, in the manner of {@link Migrations}. */
    List<String> migrations();

    /** A new instance, for one verticle. */
    Service create();
}
