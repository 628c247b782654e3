package io.trolleybus.model;

/** What whoever signs access tokens and whoever verifies them have agreed on, beside RFC 9068. */
public final class TokenFormat {
    /** Who signs them ({@code iss}). */
    public static final String ISSUER = "trolleybus";

    /** Whom they are for ({@code aud}). */
    public static final String AUDIENCE = "trolleybus-api";

    /** What they are ({@code typ}), lest a token that was made for something else is taken for one. */
    public static final String TYPE = "at+jwt";

    /** So long one is good unless its session is revoked. */
    public static final long LIFETIME_S = 15 * 60;

    /** So long a key is published before it signs: whoever verifies tokens asks for the keys more often. */
    public static final long KEY_LEAD_S = 60;

    private TokenFormat() {}
}
