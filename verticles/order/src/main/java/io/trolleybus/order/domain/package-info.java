/** What an order is and what may happen to it; knows neither bus nor database. */
@NullMarked
package io.trolleybus.order.domain;

import org.jspecify.annotations.NullMarked;
