#!/bin/bash
# run: ctgrind under valgrind: clean, and able to find what is not.
#
# usage: tests/ctgrind/run.sh PROGRAM      PROGRAM none: it was not built
set -uo pipefail
here=$(dirname "$0")
program=${1:?usage: run.sh PROGRAM}

[ "$program" != none ] || { echo "skipped: there was no valgrind/memcheck.h to build with"; exit 77; }
command -v valgrind > /dev/null || { echo "skipped: valgrind is not installed"; exit 77; }
log=$(mktemp "${TMPDIR:-/tmp}/ctgrind.XXXXXX")
trap 'rm -f "$log"' EXIT

# grind ARGUMENT...: valgrind's word into $log; 99 if it reported anything of ours
grind() {
    valgrind --tool=memcheck --leak-check=no --undef-value-errors=yes --error-limit=no \
        --num-callers=16 --error-exitcode=99 --suppressions="$here/libraries.supp" \
        "$program" "$@" > "$log" 2>&1
}

fail() {
    echo "ctgrind: $1"
    tail -n 150 "$log"
    exit 1
}

# Controls first: a step that leaks in each way must be reported, and nothing but that step.
for control in branch address firmware; do
    grind "$control"
    [ $? = 99 ] || fail "the control '$control' leaks and nothing was reported"
    reports=$(sed -n 's/.*ERROR SUMMARY: .* from \([0-9]*\) contexts.*/\1/p' "$log")
    [ "$(grep -c "leak_by_$control" "$log")" = "$reports" ] ||
        fail "something else than the control '$control' was reported"
done

grind || fail "a branch or an address depends on a secret, or a protocol failed"
grep -E 'ERROR SUMMARY|\[  PASSED' "$log"
