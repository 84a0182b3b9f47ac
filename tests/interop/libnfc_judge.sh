# libnfc_judge: unmodified libnfc carries whole files out of verso-sim, with its own framing
# (commands and answers in parts) and in raw mode with ISO 14443-4 blocks, both types.
. "$(dirname "$0")/sim.sh"

make_document() { # TYPE
    mkdir -p "$sim_dir/document"
    # 40000 bytes, no two places alike, so that a block lost or swapped is seen.
    seq 100000 | head -c 39996 > "$sim_dir/body"
    { printf '\x75\x82\x9c\x3c'; cat "$sim_dir/body"; } > "$sim_dir/document/DG2.bin"
    cat > "$sim_dir/document/document.ini" <<EOF
[document]
access = plain
[chip]
type = $1
[rule.wtx]
command = 00B1*
nth = 1
wtx = 3
EOF
}

for type in A B; do
    make_document $type
    for how in easy long raw own; do
        [ "$type$how" != Bown ] || continue # type B has no RATS for the host to send
        sim_start --document "$sim_dir/document" --transcript "$sim_dir/transcript"
        timeout 30 "$VERSO_BIN/libnfc_judge" $type $how "$sim_dir/document/DG2.bin" ||
            { tail -n 4 "$sim_dir/transcript" | cut -c1-100; fail "type $type, $how"; }
        sim_stop
    done
done
