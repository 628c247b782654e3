/**
 * What inventory decides, without knowing where it is stored or who asks: who gets the last unit, what a valid product
 * is, what has happened.
 */
@NullMarked
package io.trolleybus.inventory.domain;

import org.jspecify.annotations.NullMarked;
