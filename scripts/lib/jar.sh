# Sourced by the scripts that need the fat jar, from the root of the project. Those written in Java need nothing else: the
# jar is their only library, a JDK their only tool.
# shellcheck shell=bash

jar=verticles/launcher/target/trolleybus.jar

require_program() { # NAME WHAT-FOR
    command -v "$1" >/dev/null && return
    echo "${0##*/}: $1 is not on the PATH; $2" >&2
    exit 1
}

# Whether the jar is there and nothing that goes into it is newer.
jar_is_fresh() {
    [[ -f $jar ]] && [[ -z $(find pom.xml config/trolleybus.yaml shared-model gateway verticles \
        \( -name target -o -path '*/src/test' -o -path verticles/verification \) -prune \
        -o -type f \( -name pom.xml -o -path '*/src/main/*' -o -path 'config/*' \) -newer "$jar" -print -quit) ]]
}

# For what talks to a platform that runs already, perhaps from this very jar.
build_jar_if_missing() {
    [[ -f $jar ]] || build_jar
}

build_jar_if_stale() {
    jar_is_fresh || build_jar
}

# Tests and formatting are not what somebody waits for who wants to start the platform: scripts/test checks them.
build_jar() {
    require_program mvn "Maven 3.8 or newer builds the platform"
    echo "Building $jar; the first time Maven also fetches the libraries, which takes minutes" >&2
    local begun=${jar%/*}/build-begun
    mkdir -p "${jar%/*}"
    touch "$begun"
    mvn -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true -pl verticles/launcher -am package >&2
    # A build that finds nothing to do leaves the jar as it is, and it would count as old for ever. What was edited while
    # it was built is not in it, or may not be, so its time is that of the beginning.
    touch -r "$begun" "$jar"
}

# A build writes over the jar and would pull the classes from under processes that run, so they run from a copy; those
# that run keep the one they opened. Prints where it is.
copy_jar() {
    local target=${jar%/*} copy=${jar%.jar}-run.jar
    if [[ ! -w $target ]]; then
        echo "$jar"
        return
    fi
    # The copy bears the time of what it is a copy of.
    if [[ ! -f $copy || $copy -ot $jar || $copy -nt $jar ]]; then
        cp -p "$jar" "$copy.$$"
        mv "$copy.$$" "$copy"
        rm -f "${copy%.jar}"-*.jsa "${copy%.jar}"-*.jsa.pid
    fi
    echo "$copy"
}

# Compiles scripts/<name>.d beside the jar, where `mvn clean` removes it again; not if nothing has changed since.
compile_script() {
    require_program javac "a JDK, 17 or newer, is needed"
    script_classes=verticles/launcher/target/scripts/$1
    [[ -f $script_classes/compiled && -z $(find "$jar" scripts/lib "scripts/$1.d" -newer "$script_classes/compiled") ]] &&
        return
    mkdir -p "$script_classes"
    javac -encoding UTF-8 -nowarn -proc:none -cp "$jar" -d "$script_classes" scripts/lib/*.java "scripts/$1.d"/*.java
    touch "$script_classes/compiled"
}
