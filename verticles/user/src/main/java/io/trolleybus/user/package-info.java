/**
 * The user service: who may use the platform, and the proof of it.
 *
 * <p>It owns accounts with their roles and password hashes, sessions with their refresh tokens, and the keys that sign
 * access tokens. It answers {@code user.register}, {@code user.login}, {@code user.refresh}, {@code user.logout},
 * {@code user.get}, {@code user.keys} and, for the launcher alone, {@code user.ensure-operator}; it publishes
 * {@code UserRegistered} in {@code user.feed} and calls no other service.
 *
 * <p>An access token is an ES256 JWT that anybody can verify with the keys of {@code user.keys}; it cannot be taken
 * back and so lives for minutes. A refresh token is a random text that is good once; whoever uses one twice has stolen
 * it or lost it to a thief, so the whole session ends.
 */
@NullMarked
package io.trolleybus.user;

import org.jspecify.annotations.NullMarked;
