# nfc_list: libnfc's own tool finds the chip and describes it as the folder does.
. "$(dirname "$0")/sim.sh"
need nfc-list

document() { # TYPE UID
    mkdir -p "$sim_dir/document"
    cat > "$sim_dir/document/document.ini" <<EOF
[document]
access = plain
[chip]
type = $1
uid = $2
historical = 31323334
EOF
}

expect() { tr -s ' ' < "$sim_dir/list" | grep -qF "$1" || { cat "$sim_dir/list"; fail "no: $1"; }; }

document A 04112233445566
sim_start --document "$sim_dir/document"
timeout 20 nfc-list -v > "$sim_dir/list" 2>&1
sim_stop
expect '1 ISO14443A passive target(s) found'
expect 'ATQA (SENS_RES): 00 44'
expect 'UID (NFCID1): 04 11 22 33 44 55 66'
expect 'ATS: 78 77 b0 02 31 32 33 34'
expect '0 ISO14443B passive target(s) found'

document B 11223344
sim_start --document "$sim_dir/document"
timeout 20 nfc-list -v > "$sim_dir/list" 2>&1
sim_stop
expect '0 ISO14443A passive target(s) found'
expect '1 ISO14443B passive target(s) found'
expect 'PUPI: 11 22 33 44'
