#!/bin/bash
# try: see the whole reader at work, without any hardware.
#
# Sets up, builds, makes three documents, starts a simulated chip behind a simulated PN532
# and the reader, and inspects: a genuine document, one whose portrait was altered, and one
# whose issuer nobody knows.  Exit status 0 when the verdicts are PASS, FAIL and REFER.
#
# usage: tools/try.sh [--keep]      --keep: leave documents, bundle and logs, and say where
set -euo pipefail
cd "$(dirname "$0")/.."

keep=
case "${1:-}" in
'') ;;
--keep) keep=yes ;;
*) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 64 ;;
esac

step() { printf '\n== %s\n' "$*"; }

step "setting up and building (logs in build/try.log)"
mkdir -p build
{ tools/setup.sh build && cmake --preset release && cmake --build --preset release --target \
    versod verso_cli verso-sim verso-perso verso-trust; } > build/try.log 2>&1 ||
    { tail -n 30 build/try.log >&2; exit 1; }
bin=$PWD/build/release/bin
dir=$(mktemp -d "${TMPDIR:-/tmp}/verso-try.XXXXXX")
reader=unix:$dir/reader

finish() {
    exec 3>&- 2>/dev/null || true
    kill ${versod:-} ${sim:-} 2>/dev/null || true
    wait 2>/dev/null || true
    [ -n "$keep" ] && echo "kept: $dir" || rm -rf "$dir"
}
trap finish EXIT

step "making three documents of Utopia"
for document in genuine altered unknown; do
    case $document in
    genuine) recipe=utopia issuer= ;;
    altered) recipe=altered-dg2 issuer="--issuer $dir/genuine/issuer" ;;
    unknown) recipe=unknown-issuer issuer= ;;
    esac
    # shellcheck disable=SC2086 # two words, or none
    "$bin/verso-perso" --out "$dir/$document" $issuer "tests/recipes/$recipe.recipe"
done

step "making the operator's trust bundle: the CSCA and the CRL of Utopia"
"$bin/verso-trust" keygen --out "$dir/operator.key"
"$bin/verso-trust" compile --out "$dir/trust.bundle" --key "$dir/operator.key" \
    "$dir/genuine/csca.cer" "$dir/genuine/csca.crl" > "$dir/compile.log"
head -n 2 "$dir/compile.log"

# wait_for FILE TEXT: until the text stands in the file; ten seconds at most
wait_for() {
    for _ in $(seq 100); do
        grep -qs "$2" "$1" && return
        sleep 0.1
    done
    echo "try: no '$2' in $1:" >&2
    cat "$1" >&2
    exit 1
}

step "starting the simulated chip and PN532, and the reader"
mkfifo "$dir/control"
"$bin/verso-sim" --document "$dir/genuine" --pn532 "$dir/pn532" --control < "$dir/control" \
    > "$dir/sim.log" 2>&1 &
sim=$!
exec 3> "$dir/control"
wait_for "$dir/sim.log" ready
"$bin/versod" --nfc "pn532_uart:$dir/pn532" --link "$reader" --trust "$dir/trust.bundle" \
    --trust-key "$dir/operator.key.pub" > "$dir/versod.log" 2>&1 &
versod=$!
wait_for "$dir/versod.log" ready
"$bin/verso" --reader "$reader" info

wrong=0
# inspect DOCUMENT STATUS WORD: lay the document on the reader and look at the verdict
inspect() {
    local status=0

    step "inspecting the $1 document: $3 is right"
    echo "put $dir/$1" >&3
    sed -n 's/^mrz[0-9] *= *//p' "$dir/$1/document.ini" |
        "$bin/verso" --reader "$reader" inspect --mrz - || status=$?
    [ $status = "$2" ] || { echo "try: exit status $status, not $2" >&2; wrong=1; }
}

inspect genuine 0 PASS
inspect altered 1 FAIL
inspect unknown 2 REFER

echo
if [ $wrong = 0 ]; then
    echo "All three verdicts are right."
else
    echo "A verdict is wrong. The reader's log:" >&2
    cat "$dir/versod.log" >&2
fi
exit $wrong
