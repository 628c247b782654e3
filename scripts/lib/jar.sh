# Sourced by the scripts that are written in Java: the fat jar is their only library, a JDK their only tool.
# shellcheck shell=bash

jar=verticles/launcher/target/trolleybus.jar

build_jar_if_missing() {
    [[ -f $jar ]] && return
    local maven=mvn
    [[ -x ./mvnw ]] && maven=./mvnw
    echo "building $jar" >&2
    "$maven" -q -B -DskipTests -pl verticles/launcher -am package >&2
}

# Compiles scripts/<name>.d beside the jar, where `mvn clean` removes it again.
compile_script() {
    script_classes=verticles/launcher/target/scripts/$1
    mkdir -p "$script_classes"
    javac -nowarn -proc:none -cp "$jar" -d "$script_classes" scripts/lib/*.java "scripts/$1.d"/*.java
}
