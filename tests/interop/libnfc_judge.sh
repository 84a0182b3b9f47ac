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

# A frontend that fails once: libnfc says so at once (1) or dies of it (134, a bit it aborts
# on); the next run finds everything in order.
make_document A
while read -r want fault; do
    sim_start --document "$sim_dir/document" --fault "$fault"
    got=0
    timeout 30 "$VERSO_BIN/libnfc_judge" A easy "$sim_dir/document/DG2.bin" \
        > "$sim_dir/judged" 2>&1 || got=$?
    [ $got = "$want" ] || { cat "$sim_dir/judged"; fail "$fault: status $got, not $want"; }
    case $fault in
        *close*) [ ! -L "$sim_tty" ] || fail "$fault: its name is still there" ;;
        *) timeout 30 "$VERSO_BIN/libnfc_judge" A easy "$sim_dir/document/DG2.bin" \
               > "$sim_dir/judged" 2>&1 || fail "$fault: the next run failed" ;;
    esac
    sim_stop
    echo "$fault: $got"
done <<EOF
1 command=40*;nth=5;nak=yes
1 command=40*;nth=5;garbage=DEADBEEF
1 command=40*;nth=5;checksum=yes
1 command=40*;nth=5;error=yes
1 command=40*;nth=5;status=01
1 command=40*;nth=5;status=13
134 command=40*;nth=5;status=80
1 command=40*;nth=5;close=before
1 command=40*;nth=5;close=after
0 command=40*;nth=5;bytewise=yes
0 command=40*;nth=500;nak=yes
EOF
