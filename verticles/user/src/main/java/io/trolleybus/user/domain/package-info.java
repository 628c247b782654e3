/**
 * What makes an email address and a password acceptable, who may change what about an account, and what happens to
 * users; without bus or SQL.
 */
@NullMarked
package io.trolleybus.user.domain;

import org.jspecify.annotations.NullMarked;
