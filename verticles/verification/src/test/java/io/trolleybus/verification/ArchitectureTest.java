package io.trolleybus.verification;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** The borders that the module list alone cannot draw: within a module, and towards libraries. */
@AnalyzeClasses(packages = "io.trolleybus", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final List<String> SERVICES = List.of("user", "inventory", "order", "payment");

    private static final Pattern SECRET =
            Pattern.compile("(.*[a-z])?(password|secret|token)(Hash)?", Pattern.CASE_INSENSITIVE);

    private static final String MODEL = "io.trolleybus.model..";
    private static final String CHASSIS = "io.trolleybus.chassis..";
    private static final String JOURNAL = "io.trolleybus.journal..";
    private static final String SAGA = "io.trolleybus.saga..";
    private static final String CLUSTER = "io.trolleybus.cluster..";
    private static final String GATEWAY = "io.trolleybus.gateway..";
    private static final String LAUNCHER = "io.trolleybus.launcher..";
    private static final String PROVIDER = "io.trolleybus.provider..";
    private static final String[] EVERY_SERVICE =
            SERVICES.stream().map(ArchitectureTest::allOf).toArray(String[]::new);

    @ArchTest
    static void servicesKnowNothingOfEachOther(JavaClasses classes) {
        for (String service : SERVICES) {
            noClasses()
                    .that()
                    .resideInAPackage(allOf(service))
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(EVERY_SERVICE)
                            .or(resideInAnyPackage(GATEWAY, LAUNCHER, PROVIDER))
                            .and(resideOutsideOfPackage(allOf(service))))
                    .because("services meet on the bus only")
                    .check(classes);
        }
    }

    @ArchTest
    static void aDomainIsPlainJavaOverTheSharedVocabulary(JavaClasses classes) {
        for (String service : SERVICES) {
            String domain = "io.trolleybus." + service + ".domain..";
            classes()
                    .that()
                    .resideInAPackage(domain)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java.lang..", "java.math..", "java.time..", "java.util..", "org.jspecify..", MODEL, domain)
                    .because("decisions are tested without a bus, a database or a network")
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule aDomainIsGivenTimeAndIds = noClasses()
            .that()
            .resideInAPackage("io.trolleybus.*.domain..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .because("the same events and the same command decide the same, today and in a replay");

    @ArchTest
    static final ArchRule theVocabularyKnowsNeitherVertxNorSql = noClasses()
            .that()
            .resideInAPackage(MODEL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "java.sql..", "javax.sql..", CHASSIS, JOURNAL, SAGA);

    @ArchTest
    static final ArchRule theRuntimeKnowsNoService = noClasses()
            .that()
            .resideInAnyPackage(CHASSIS, JOURNAL, SAGA, CLUSTER)
            .should()
            .dependOnClassesThat(resideInAnyPackage(EVERY_SERVICE).or(resideInAnyPackage(GATEWAY, LAUNCHER, PROVIDER)));

    @ArchTest
    static final ArchRule theChassisBearsTheRestOfTheRuntime = noClasses()
            .that()
            .resideInAPackage(CHASSIS)
            .should()
            .dependOnClassesThat(resideInAnyPackage(JOURNAL, SAGA, CLUSTER));

    @ArchTest
    static final ArchRule nobodyButTheLauncherCaresHowABusIsJoined = noClasses()
            .that()
            .resideOutsideOfPackages(CLUSTER, LAUNCHER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CLUSTER);

    @ArchTest
    static final ArchRule theJournalKnowsNoSaga =
            noClasses().that().resideInAPackage(JOURNAL).should().dependOnClassesThat(resideInAPackage(SAGA));

    @ArchTest
    static final ArchRule theProviderStandsForAStrangersSystem = noClasses()
            .that()
            .resideInAPackage(PROVIDER)
            .should()
            .dependOnClassesThat(resideInAnyPackage(EVERY_SERVICE)
                    .or(resideInAnyPackage(MODEL, CHASSIS, JOURNAL, SAGA, GATEWAY, LAUNCHER)))
            .because("a simulator that shares our code would share our mistakes");

    @ArchTest
    static final ArchRule onlyTheChassisFindsServices = noClasses()
            .that()
            .resideOutsideOfPackage(CHASSIS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.servicediscovery..")
            .because("a call that goes round the guarded client has no deadline, breaker or credit");

    @ArchTest
    static final ArchRule onlyPaymentNeedsABreakerOfItsOwn = noClasses()
            .that()
            .resideOutsideOfPackages(CHASSIS, allOf("payment"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.circuitbreaker..")
            .because("the guarded client has one for each callee on the bus; the provider alone is reached by HTTP");

    @ArchTest
    static final ArchRule onlyOneModuleKnowsHazelcast = noClasses()
            .that()
            .resideOutsideOfPackage(CLUSTER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster..", "io.vertx.core.spi.cluster..");

    @ArchTest
    static final ArchRule theGatewayHasNoDatabase = noClasses()
            .that()
            .resideInAPackage(GATEWAY)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql..", "javax.sql..", JOURNAL);

    @ArchTest
    static final ArchRule onlyMigrationsAndTheLauncherBlockOnSql = noClasses()
            .that()
            .resideOutsideOfPackages(CHASSIS, LAUNCHER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.flywaydb..", "org.postgresql..");

    @ArchTest
    static final ArchRule asynchronyHasOneDialect = noClasses()
            .that()
            .resideOutsideOfPackage(LAUNCHER)
            .should()
            .dependOnClassesThat()
            .areAssignableTo(CompletableFuture.class)
            .because("a CompletableFuture completes on whatever thread, a Vert.x future on its context");

    @ArchTest
    static final ArchRule onlyTheLauncherEndsTheProcess = noClasses()
            .that()
            .resideOutsideOfPackages(LAUNCHER, CHASSIS)
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);

    /** A record's own words repeat all that it holds, and end in a log line or in an exception's message. */
    @ArchTest
    static final ArchRule aRecordThatHoldsASecretDoesNotRepeatIt = classes()
            .that(areRecordsWithASecret())
            .should(haveWordsOfTheirOwn())
            .allowEmptyShould(false);

    @ArchTest
    static final ArchRule classesAreFinalUnlessMeantToBeExtended = classes()
            .that()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .areNotAnonymousClasses()
            .and()
            .doNotHaveModifier(JavaModifier.ABSTRACT)
            .should()
            .haveModifier(JavaModifier.FINAL);

    private static DescribedPredicate<JavaClass> areRecordsWithASecret() {
        return DescribedPredicate.describe(
                "are records with a password, secret or token",
                type -> type.isRecord()
                        && type.getFields().stream()
                                .anyMatch(field -> !field.getModifiers().contains(JavaModifier.STATIC)
                                        && SECRET.matcher(field.getName()).matches()));
    }

    /** What the compiler adds to a record stands in the line of its declaration, whichever method it is. */
    private static ArchCondition<JavaClass> haveWordsOfTheirOwn() {
        return ArchCondition.from(DescribedPredicate.describe(
                "have a toString of their own", type -> lineOf(type, "toString") != lineOf(type, "hashCode")));
    }

    private static int lineOf(JavaClass type, String method) {
        return type.getMethod(method).getSourceCodeLocation().getLineNumber();
    }

    private static String allOf(String service) {
        return "io.trolleybus." + service + "..";
    }
}
