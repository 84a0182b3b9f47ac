# mrtdreader: Debian's reader of passports (BAC, over libnfc) reads BSI's reference document
# out of verso-sim, and what it reads is what lies in the folder.
. "$(dirname "$0")/sim.sh"
need mrtdreader xxd
need_data data/chips/bsi_tr03105_5
document=$VERSO_SHARED/data/chips/bsi_tr03105_5
mrz1='P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<'
mrz2='C11T002JM4D<<9608122F2310314<<<<<<<<<<<<<<<4'

contents() { xxd -p "$1" | tr -d '\n'; }

for type in A B; do
    cp -r "$document" "$sim_dir/document"
    chmod -R u+w "$sim_dir/document"
    printf '[chip]\ntype = %s\n' $type >> "$sim_dir/document/document.ini"
    sim_start --document "$sim_dir/document"
    (cd "$sim_dir" && timeout 20 mrtdreader "$mrz2" > report 2>&1) || true
    sim_stop
    for ef in EF.COM EF.SOD; do
        grep -aqF "$(contents "$document/$ef.bin")" "$sim_dir/report" ||
            { head -c 2000 "$sim_dir/report"; fail "type $type: $ef was not read"; }
    done
    grep -aqF "$mrz1$mrz2" "$sim_dir/report" || fail "type $type: the MRZ was not read"
    size=$(stat -c %s "$sim_dir/image.jp2")
    tail -c "$size" "$document/DG2.bin" | cmp - "$sim_dir/image.jp2" ||
        fail "type $type: the picture is not the one in DG2"
    [ "$size" -gt 10000 ] || fail "type $type: a picture of $size bytes"
    echo "type $type: EF.COM, EF.SOD, the MRZ of DG1 and the picture of DG2 read"
    rm -rf "$sim_dir/document" "$sim_dir/image.jp2"
done

# A birthday a day later: the same program must not get in.
sim_start --document "$document"
(cd "$sim_dir" && timeout 20 mrtdreader "${mrz2/9608122/9608135}" > report 2>&1) || true
sim_stop
! grep -aqF "$mrz1" "$sim_dir/report" || fail "read with a wrong key"
grep -qF "Challenge" "$sim_dir/report" || fail "the reader did not come as far as its challenge"
echo "wrong key: refused"
