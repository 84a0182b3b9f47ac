#!/bin/bash
# test: set up, build in every way that counts, and run every test.
#
# usage: tools/test.sh [quick|all|long]
#
#   quick  one build, tests labelled quick: under two minutes
#   all    the default, and what CI runs: gcc with sanitizers, clang optimised, the same on
#          mbedTLS (its quick tests; secrets under valgrind), ARM of 64 and 32 bits under qemu
#          (the firmware's quick tests), headers alone, format, tidy, rules, parser coverage, a
#          few seconds of every fuzz target, sizes
#   long   full matrices and exhaustive flips: by hand, before a change is called done
#
# Ends with a summary of what ran, failed and was skipped.  Public test data is looked for in
# ../shared, or where VERSO_SHARED says; tests that need it are skipped without it.
set -uo pipefail
cd "$(dirname "$0")/.."

mode=${1:-all}
case $mode in quick | all | long) ;; *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 64 ;; esac

logs=build/logs
passed=0 failed=0 skipped=0
failures=() skips=()

# stage NAME COMMAND...: run it, its output into a log; shown if it fails
stage() {
    local name=$1 began=$SECONDS status=0
    shift
    "$@" > "$logs/$name.log" 2>&1 || status=$?
    case $status in
    0) passed=$((passed + 1)); echo "  ok    $name ($((SECONDS - began)) s)" ;;
    77) skipped=$((skipped + 1)); skips+=("$name: $(tail -n 1 "$logs/$name.log")")
        echo "  skip  $name" ;;
    *) failed=$((failed + 1)); failures+=("$name")
       echo "  FAIL  $name ($((SECONDS - began)) s), the end of $logs/$name.log:"
       tail -n 40 "$logs/$name.log" | sed 's/^/        /' ;;
    esac
    return $status
}

# run_ctest PRESET ARGUMENT...: its tests join the summary one by one
run_ctest() {
    local preset=$1 began=$SECONDS
    shift
    ctest --test-dir "build/$preset" --output-on-failure -j2 "$@" > "$logs/ctest-$preset.log" 2>&1
    python3 tools/lint/ctest_summary.py "$logs/ctest-$preset.log" \
        "build/$preset/Testing/Temporary/LastTest.log" > "$logs/ctest-$preset.sum"
    # shellcheck disable=SC1090 # three assignments
    . "$logs/ctest-$preset.sum"
    passed=$((passed + ctest_passed)) failed=$((failed + ctest_failed))
    skipped=$((skipped + ${#ctest_skipped[@]}))
    [ ${#ctest_skipped[@]} = 0 ] || skips+=("${ctest_skipped[@]/#/$preset: }")
    echo "  $preset: $ctest_passed passed, $ctest_failed failed, ${#ctest_skipped[@]} skipped" \
         "($((SECONDS - began)) s)"
    [ "$ctest_failed" = 0 ] && return 0
    failures+=("${ctest_failures[@]/#/$preset: }")
    grep -v '^ *[0-9]*/[0-9]* Test .*Passed' "$logs/ctest-$preset.log" | tail -n 120 | sed 's/^/        /'
}

# tables PRESET: what its tests printed for people: ways into a chip, other people's readers
tables() {
    sed -n '/^=== table/,/^=== end/p' "build/$1/Testing/Temporary/LastTest.log" |
        sed "s/^/    $1: /"
}

build() { cmake --preset "$1" && cmake --build --preset "$1" -j2; }

# What the tests of the first build read is made: an emulator needs minutes for its keys.
build_cross() { local preset=$1; shift
                cmake --preset "$preset" -DVERSO_DOCUMENTS="$PWD/build/asan/tests/documents" &&
                    cmake --build --preset "$preset" -j2 "$@"; }
# cross PRESET TESTS [ARGUMENT]...: for a device's processor, tested under qemu's user mode
cross() {
    local preset=$1 tests=$2
    shift 2
    stage "sysroot-$preset" tools/cross/sysroot.sh "${preset%%-*}" &&
        stage "build-$preset" build_cross "$preset" "$@" || return
    run_ctest "$preset" -L quick -R "$tests"
    echo "        of exhaustive loops every 17th turn; quick tests left out there:"
    comm -23 <(names asan .) <(names "$preset" "$tests") | fmt -w 90 | sed 's/^/        /'
}
names() { ctest --test-dir "build/$1" -N -L quick -R "$2" | sed -n 's/^ *Test *#[0-9]*: //p' | sort; }
headers() { cmake --build --preset "$1" --target all_verify_interface_header_sets; }
format() { git ls-files '*.c' '*.h' | xargs clang-format --dry-run --Werror; }
tidy() { git ls-files 'firmware/*.c' 'crypto/*.c' 'drivers/*.c' 'board/*.c' 'tools/*.c' ':!crypto/mbedtls' |
             xargs -P2 -n8 clang-tidy --quiet -p build/clang &&
         git ls-files 'crypto/mbedtls/*.c' | xargs -P2 -n8 clang-tidy --quiet -p build/mbedtls; }
fuzz() { local t; for t in build/fuzz/bin/*_fuzz; do
             "$t" -max_total_time=3 -max_len=4096 -print_final_stats=0 \
                 "$(mktemp -d)" "tests/fuzz/corpus/$(basename "$t" _fuzz)" || return 1; done; }

# Presets share most of their compilations.
command -v ccache > /dev/null && export CMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER-ccache}

mkdir -p "$logs"
began=$SECONDS
echo "== setting up"
tools/setup.sh test || exit 1
echo "== building and testing ($mode)"
case $mode in
quick)
    stage build-debug build debug && run_ctest debug -L quick
    ;;
all)
    # whole programs over the wire and other people's readers: once, optimised
    stage build-asan build asan && run_ctest asan -LE 'long|wire|interop'
    stage build-clang build clang && { run_ctest clang -LE long; tables clang; }
    stage build-mbedtls build mbedtls && { run_ctest mbedtls -L 'quick|ctgrind|matrix'; tables mbedtls; }
    cross arm64 .
    cross armhf .
    cross armhf-mbedtls '^(access|chipauth)[.]|^crypto[.]([^w]|wipe)' --target versod \
        tests/unit/crypto/all tests/unit/access/all tests/unit/chipauth/all
    stage headers headers asan
    stage format format
    stage tidy tidy
    stage coverage python3 tools/lint/parser_coverage.py
    stage build-fuzz build fuzz && stage fuzz fuzz
    stage try tools/try.sh
    stage sizes tools/lint/sizes.py && sed 's/^/        /' "$logs/sizes.log"
    ;;
long)
    stage build-release build release && run_ctest release -L long
    ;;
esac

echo "== summary ($((SECONDS - began)) s)"
for s in "${skips[@]+"${skips[@]}"}"; do echo "  skipped: $s"; done
for f in "${failures[@]+"${failures[@]}"}"; do echo "  failed:  $f"; done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
