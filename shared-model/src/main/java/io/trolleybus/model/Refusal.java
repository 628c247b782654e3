package io.trolleybus.model;

import java.util.Map;

/**
 * Why a service declined to do what it was asked: a value, not an exception.
 *
 * @param code a stable name from {@link Refusals}
 * @param detail a sentence for a person
 * @param facts what the code needs to be acted upon, such as {@code sku} and {@code available}; JSON values
 */
public record Refusal(String code, String detail, Map<String, Object> facts) {
    public static Refusal of(String code, String detail) {
        return new Refusal(code, detail, Map.of());
    }
}
