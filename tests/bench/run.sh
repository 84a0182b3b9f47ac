#!/bin/bash
# run: every measure of the reader on this machine, as tables on standard output.
#
# Builds the release preset, makes documents of Utopia and a trust bundle with all public
# CSCA certificates beside Utopia's, and runs the benches.  Nothing is judged.  What needs the
# public test data ($VERSO_SHARED, or ../shared beside the checkout) is left out without it.
#
# usage: tests/bench/run.sh [INSPECTIONS per document, 50]
#        tests/bench/run.sh protocols      nothing but the table of protocols
set -euo pipefail
cd "$(dirname "$0")/../.."

runs=${1:-50} only=
[ "$runs" != protocols ] || only=protocols runs=1
case $runs in '' | *[!0-9]* | 0) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 64 ;; esac

mkdir -p build
{ cmake --preset release && cmake --build --preset release --target versod verso_cli verso-sim \
    verso-perso verso-trust crypto_bench trust_bench pa_bench protocol_bench &&
  cmake --preset mbedtls && cmake --build --preset mbedtls --target protocol_bench; } > build/bench.log 2>&1 ||
    { tail -n 30 build/bench.log >&2; exit 1; }
bin=$PWD/build/release/bin
dir=$(mktemp -d "${TMPDIR:-/tmp}/verso-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
data=${VERSO_SHARED:-../shared}/data
[ -d "$data/masterlists" ] || data=

section() { printf '\n== %s\n' "$*"; }

section "this machine"
sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1
echo "$(nproc) processors, $(uname -sm); $(gcc --version | head -n 1)"
echo "$(openssl version); verso $(git describe --always --dirty 2> /dev/null || echo '(no git)')"

section "protocols, in one process against recorded answers: see protocol_bench.c"
"$bin/protocol_bench" 2>&1 | grep -v '^\['
section "the same, milliseconds on mbedTLS"
build/mbedtls/bin/protocol_bench 2>&1 | grep -v '^\[' | cut -c 1-60,77-
section "the same, instructions under callgrind (some minutes)"
if command -v valgrind > /dev/null; then
    for backend in release mbedtls; do
        mkdir "$dir/$backend"
        valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file="$dir/$backend/out" \
            "build/$backend/bin/protocol_bench" grind > "$dir/$backend.log" 2>&1 ||
            { cat "$dir/$backend.log" >&2; exit 1; }
    done
    tests/bench/instructions.py OpenSSL="$dir/release" mbedTLS="$dir/mbedtls"
else
    echo "left out: valgrind is not installed"
fi
[ -z "$only" ] || exit 0

# document NAME RECIPE: a document folder, made by the recipe
document() { "$bin/verso-perso" --out "$dir/$1" "tests/recipes/$2.recipe" > /dev/null; }

document rsa-pss utopia
document rsa-pkcs1 rsa-pkcs1
document ecdsa-p384 ecdsa-p384
document ecdsa-bp256 ecdsa-bp256
cp -r "$dir/rsa-pss" "$dir/plain"
sed -i 's/^access.*/access = plain/' "$dir/plain/document.ini"
made=("$dir/rsa-pss" "$dir/rsa-pkcs1" "$dir/ecdsa-p384" "$dir/ecdsa-bp256")
signed=("${made[@]}")
inspected=("$dir/rsa-pss" "$dir/plain")

# The lists' signers are certified by CSCAs of their states: those of the two PEM
# collections are taken at their word here, where nothing but time is at stake.
lists=()
if [ -n "$data" ]; then
    m=$data/masterlists
    for root in "$m"/*.cer "$m"/*.pem "$data"/certs/csca/UN_*.pem; do lists+=(--root "$root"); done
    for bare in "$m"/DE_ML_tananaev_*.ml "$m"/bc_*.data; do lists+=(--unsigned-list "$bare"); done
    for list in "$m"/DE_ML_2*.ml "$m"/I*.ml "$m"/NL_M* "$m"/pkd_ldif_2019/*.ml "$m"/*.pem \
        "$data"/certs/csca/*; do lists+=("$list"); done
    signed+=("$data/chips/bsi_tr03105_5" "$data/chips/bsi_tr03105_5_2008")
    inspected+=("$data/chips/bsi_tr03105_5@2014-06-01")
fi

section "trust bundle"
"$bin/verso-trust" keygen --out "$dir/operator.key" > /dev/null
status=0
"$bin/verso-trust" compile --out "$dir/trust.bundle" --key "$dir/operator.key" "${lists[@]}" \
    "${made[@]/%//csca.cer}" "$dir/rsa-pss/csca.crl" > "$dir/compile.log" 2>&1 || status=$?
[ $status -le 1 ] || { cat "$dir/compile.log" >&2; exit 1; } # 1: something was left out
[ -n "$data" ] || echo "left out: the public CSCA certificates (VERSO_SHARED names no test data)"
grep -E 'pages of data|bytes$' "$dir/compile.log"

section "one inspection over libnfc and a simulated PN532, mean or median of $runs"
[ -n "$data" ] || echo "left out: BSI's reference document (VERSO_SHARED names no test data)"
tests/bench/inspect_bench.py "$bin" "$dir/trust.bundle" "$dir/operator.key.pub" "$runs" \
    "${inspected[@]}"

section "passive authentication, microseconds of CPU"
[ -n "$data" ] || echo "left out: BSI's reference documents (VERSO_SHARED names no test data)"
"$bin/pa_bench" "$dir/trust.bundle" "${signed[@]}"

section "chain search: the signers of all link certificates in the bundle, microseconds"
if [ -n "$data" ]; then
    "$bin/trust_bench" "$dir/trust.bundle"
else
    echo "left out: there are no link certificates without the public test data"
fi

section "signatures one by one"
"$bin/crypto_bench" 100 2>&1 | grep -v '^\['

section "size of versod, bytes; its libraries are shared"
strip -o "$dir/versod" "$bin/versod"
size "$bin/versod" | awk 'NR == 2 { print "text " $1 ", data " $2 ", bss " $3 }'
echo "stripped file $(stat -c %s "$dir/versod")"
