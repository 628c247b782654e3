package io.trolleybus.launcher;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The secret by which the processes of a cluster know each other. There is no default, and what stands in the place of
 * one in instructions, or is typed in a hurry, is none.
 */
final class ClusterSecret {
    private static final String KEY = "cluster.secret";
    private static final int MIN_CHARS = 16;
    private static final int MIN_DISTINCT_CHARS = 5;

    /** What placeholders are made of. Left out of a secret that is one, hardly anything remains. */
    private static final Pattern WORDS = Pattern.compile("change|replace|insert|this|please|with|here|your|own|the|me"
            + "|secret|password|passphrase|passwd|token|key|value|string|text|random|long|some|any"
            + "|example|sample|placeholder|default|insecure|unsafe|development|testing|test|local|prod|demo|dev"
            + "|trolleybus|operator|cluster|node|bus|shared|admin|root|letmein|qwerty|sixteen|characters|chars"
            + "|0123456789|1234567890|123456789|12345678|abcdefghij|abcdef");

    private static final Pattern NO_LETTER_OR_DIGIT = Pattern.compile("[^\\p{L}\\p{N}]");
    private static final Pattern REPETITION = Pattern.compile("(.+)\\1+", Pattern.DOTALL);

    private ClusterSecret() {}

    static String from(Configuration configuration) {
        String secret = configuration.text(KEY);
        String variable = Configuration.variableOf(KEY);
        if (secret.length() < MIN_CHARS) {
            throw new StartupFailure(KEY + " must be set, to " + MIN_CHARS
                    + " characters or more that nobody else knows (" + variable + ")");
        }
        if (isPlaceholder(secret)) {
            throw new StartupFailure(KEY + " must be a secret, not a placeholder or a repetition: take what"
                    + " 'openssl rand -base64 24' says (" + variable + ")");
        }
        return secret;
    }

    private static boolean isPlaceholder(String secret) {
        String plain =
                NO_LETTER_OR_DIGIT.matcher(secret.toLowerCase(Locale.ROOT)).replaceAll("");
        String rest = WORDS.matcher(plain).replaceAll("");
        return rest.chars().distinct().count() < MIN_DISTINCT_CHARS
                || REPETITION.matcher(secret).matches();
    }
}
