/**
 * The user service: who may use the platform, and the proof of it.
 *
 * <p>It owns accounts with their roles and password hashes, sessions with their refresh tokens, and the keys that sign
 * access tokens. To anybody it answers {@code user.register}, {@code user.login}, {@code user.refresh},
 * {@code user.logout} and {@code user.keys}; to users about themselves {@code user.get}, {@code user.rename},
 * {@code user.change-password}, {@code user.export} and {@code user.erase}; to operators {@code user.disable} and
 * {@code user.enable}; to services {@code user.revoked-sessions} and, as to operators, {@code user.recent}; to gateways
 * {@code user.admit}; to the launcher {@code user.ensure-operator}. Its feed {@code user.feed} says what happened to
 * which account and by whom, without personal data: {@code UserRegistered}, {@code UserRenamed},
 * {@code PasswordChanged}, {@code UserDisabled}, {@code UserEnabled}, {@code UserErased}. It calls no other service.
 *
 * <p>An access token is an ES256 JWT that anybody can verify with the keys of {@code user.keys}. It lives for minutes
 * and names its session; whoever takes it asks {@code user.revoked-sessions} which sessions ended before their time. A
 * refresh token is a random text that is good once; whoever uses one twice has stolen it or lost it to a thief, so the
 * whole session ends.
 */
@NullMarked
package io.trolleybus.user;

import org.jspecify.annotations.NullMarked;
