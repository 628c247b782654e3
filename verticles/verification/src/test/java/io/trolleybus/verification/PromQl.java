package io.trolleybus.verification;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of Prometheus' language asks for: its selectors, and the labels it groups by. It is read word by
 * word, not parsed: a name is a metric unless a parenthesis or a grouping follows, or it is a keyword.
 */
record PromQl(List<Selector> selectors, List<String> groupings) {
    private static final Set<String> KEYWORDS =
            Set.of("and", "or", "unless", "bool", "offset", "inf", "nan", "group_left", "group_right");

    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:.])([a-zA-Z_:][\\w:]*)\\s*(\\{[^}]*})?(\\s*\\()?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** One condition on a label. */
    private record Condition(String label, String operator, String value) {
        boolean holds(Metrics.Series series) {
            String actual = series.labels().get(label);
            return actual != null
                    && switch (operator) {
                        case "=" -> actual.equals(value);
                        case "!=" -> !actual.equals(value);
                        case "=~" -> actual.matches(value);
                        default -> !actual.matches(value);
                    };
        }
    }

    record Selector(String name, List<Condition> conditions) {
        boolean matches(Metrics.Series series) {
            return series.name().equals(name) && conditions.stream().allMatch(condition -> condition.holds(series));
        }
    }

    static PromQl read(String expression) {
        List<String> groupings = new ArrayList<>();
        for (MatchResult grouping : GROUPING.matcher(expression).results().toList()) {
            for (String label : grouping.group(1).split(",", -1)) {
                groupings.add(label.strip());
            }
        }
        // The parenthesis stays, since an aggregation with a grouping is still a function.
        String plain =
                RANGE.matcher(GROUPING.matcher(expression).replaceAll("(")).replaceAll("");
        List<Selector> selectors = new ArrayList<>();
        Matcher names = NAME.matcher(plain);
        while (names.find()) {
            boolean isFunction = names.group(3) != null;
            if (!isFunction && !KEYWORDS.contains(names.group(1))) {
                selectors.add(new Selector(names.group(1), conditions(names.group(2))));
            }
        }
        return new PromQl(selectors, groupings);
    }

    private static List<Condition> conditions(String braces) {
        return braces == null
                ? List.of()
                : MATCHER.matcher(braces)
                        .results()
                        .map(one -> new Condition(one.group(1), one.group(2), one.group(3)))
                        .toList();
    }
}
