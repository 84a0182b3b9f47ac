#!/bin/bash
# try: see the whole reader at work, without any hardware.
#
# Sets up, builds, makes documents, starts a simulated chip behind a simulated PN532 and the
# reader, and inspects: genuine documents whose chips prove that they are the originals, a
# copy of one that cannot, one whose portrait was altered, and one whose issuer nobody knows.
# Exit status 0 when every verdict, and the reason for it, is the right one.
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

# make DOCUMENT RECIPE [OPTION]...
make() {
    "$bin/verso-perso" --out "$dir/$1" "${@:3}" "tests/recipes/$2.recipe"
}

# A chip that is opened by PACE and proves by chip authentication that it is the original
proof="--set pace.infos=ecdh-gm-aes-128:13 --set ca.key=ec:brainpoolP256r1 --set ca.cipher=aes-128"

step "making the documents of Utopia"
# shellcheck disable=SC2086 # words are meant
{
    make genuine utopia $proof
    make altered altered-dg2 $proof --issuer "$dir/genuine/issuer"
}
make card pace-cam --issuer "$dir/genuine/issuer"
make unknown unknown-issuer
# Whoever copies a chip gets its files, but not the private key inside: so another one here.
cp -r "$dir/genuine" "$dir/copied"
cp "$dir/altered/ca.key" "$dir/copied/ca.key"

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

inspections=0 wrong=0
# judge DOCUMENT STATUS WORD TEXT [OPTION]...: lay the document on the reader; the verdict must
# be STATUS, and TEXT stand in what is printed
judge() {
    local status=0 mrz="$dir/mrz"

    echo "put $dir/$1" >&3
    sed -n 's/^mrz[0-9] *= *//p' "$dir/$1/document.ini" > "$mrz"
    "$bin/verso" --reader "$reader" inspect --mrz - "${@:5}" < "$mrz" | tee "$dir/printed" ||
        status=${PIPESTATUS[0]}
    inspections=$((inspections + 1))
    [ "$status" = "$2" ] || { echo "try: exit status $status, not $2 ($3)" >&2; wrong=1; }
    grep -qF -e "$4" "$dir/printed" || { echo "try: no '$4' in it" >&2; wrong=1; }
}

step "a genuine document, opened by PACE with the MRZ: PASS is right"
judge genuine 0 PASS 'chip auth.     AES-128 brainpoolP256r1'
step "the same, opened by the number printed on its front: PASS is right"
judge genuine 0 PASS 'with         GM AES-128' --can 501290
step "a card, genuine, whose PACE proves that it is the original: PASS is right"
judge card 0 PASS 'with         CAM AES-128'
step "a copy of the genuine document, every file as it is: FAIL is right"
judge copied 1 FAIL CHIPAUTH_WRONG
step "the document with another portrait: FAIL is right"
judge altered 1 FAIL DG_HASH
step "a document of an issuer that nobody knows: REFER is right"
judge unknown 2 REFER CSCA_NOT_FOUND

echo
if [ $wrong = 0 ]; then
    echo "All $inspections verdicts are right."
else
    echo "A verdict is wrong. The reader's log:" >&2
    cat "$dir/versod.log" >&2
fi
exit $wrong
