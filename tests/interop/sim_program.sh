# sim_program: verso-sim as a program: control lines, a document that goes and comes, a PN532
# that is unplugged, a UNIX socket, a listening vpcd, what it leaves behind, how it ends.
# nfc-list and plain Python judge.
. "$(dirname "$0")/sim.sh"
need nfc-list python3

for who in a b; do
    mkdir "$sim_dir/$who"
    printf '[document]\naccess = plain\n[chip]\nuid = 0%s0%s0%s0%s\nhistorical = 4142\n' $who $who $who $who \
        > "$sim_dir/$who/document.ini"
done

found() { timeout 20 nfc-list 2>&1 | tr -s ' ' || true; }
sees() { found | grep -qF "UID (NFCID1): $1" || fail "$2"; }
sees_nobody() {
    found > "$sim_dir/list"
    grep -q 'device opened' "$sim_dir/list" || fail "nfc-list did not run"
    ! grep -q UID "$sim_dir/list" || fail "$1"
}

status() { # WANT ARG...: verso-sim ends at once with that status
    local want=$1 got=0
    shift
    timeout 10 "$VERSO_BIN/verso-sim" "$@" > "$sim_dir/out.txt" 2> "$sim_dir/err.txt" < /dev/null || got=$?
    [ $got = "$want" ] || { cat "$sim_dir/err.txt"; fail "status $got, not $want: $*"; }
}

status 0 --help
grep -q -- '--document DIR' "$sim_dir/out.txt" || fail "no help"
status 0 --version
status 64
status 64 --document "$sim_dir/a"
status 64 --document "$sim_dir/a" --pn532 "$sim_tty" --vpcd localhost:1
status 64 --no-such-option
status 66 --document "$sim_dir/none" --pn532 "$sim_tty"
status 65 --document "$sim_dir/a" --pn532 "$sim_tty" --rule 'command=00;nothing'
echo precious > "$sim_dir/file"
status 66 --document "$sim_dir/a" --pn532 "$sim_dir/file"
status 66 --document "$sim_dir/a" --pn532 "unix:$sim_dir/file"
[ "$(cat "$sim_dir/file")" = precious ] || fail "a file was overwritten"
mkdir "$sim_dir/c"
printf '[document]\naccess = plain\n[chip]\ntyp = B\n' > "$sim_dir/c/document.ini"
status 66 --document "$sim_dir/c" --pn532 "$sim_tty"
grep -qF 'document.ini:4: [chip] knows no key typ' "$sim_dir/err.txt" || fail "the key is not named"

# Control lines.
coproc SIM { exec "$VERSO_BIN/verso-sim" --document "$sim_dir/a" --pn532 "$sim_tty" --control; }
sim_pid=$SIM_PID
export LIBNFC_DEFAULT_DEVICE=pn532_uart:$sim_tty
say() { # LINE WANT
    echo "$1" >&"${SIM[1]}"
    read -r -t 10 answer <&"${SIM[0]}" || fail "no answer to $1"
    case $answer in $2*) ;; *) fail "$1: $answer" ;; esac
}
read -r -t 10 answer <&"${SIM[0]}"
[ "$answer" = ready ] || fail "said $answer"
sees '0a 0a 0a 0a' 'document a is not there'
say take ok
sees_nobody 'taken, and still there'
say put ok
sees '0a 0a 0a 0a' 'document a did not come back'
say "put $sim_dir/b" ok
sees '0b 0b 0b 0b' 'document b is not there'
say "put $sim_dir/none" error
say "put $sim_dir/c" error
sees '0b 0b 0b 0b' 'document b is gone after a put that failed'
say 'take after x' error
say 'take after 0' error
say dance error
say unplug ok
[ ! -L "$sim_tty" ] || fail "unplugged, and its name is still there"
say plug ok
sees '0b 0b 0b 0b' 'nothing after plugging in'
say quit ok
wait "$sim_pid" || fail "quit ended with status $?"
sim_pid=
[ ! -L "$sim_tty" ] || fail "it left its name behind"

# A UNIX socket, the frames written by hand; --once ends with the host.
"$VERSO_BIN/verso-sim" --document "$sim_dir/a" --pn532 "unix:$sim_dir/sock" --once > "$sim_dir/ready" &
sim_pid=$!
for _ in $(seq 100); do grep -q ready "$sim_dir/ready" && break; sleep 0.05; done
python3 - "$sim_dir/sock" <<'EOF' || fail "the socket"
import os, socket, stat, sys
assert stat.S_IMODE(os.stat(sys.argv[1]).st_mode) == 0o600
s = socket.socket(socket.AF_UNIX)
s.settimeout(10)
s.connect(sys.argv[1])
s.sendall(bytes.fromhex('5555000000000000 0000ff02fed4022a00'))
want = bytes.fromhex('0000ff00ff00 0000ff06fad50332010607e800')
got = b''
while len(got) < len(want):
    got += s.recv(100)
assert got == want, got.hex()
EOF
wait "$sim_pid" || fail "--once ended with status $?"
sim_pid=
[ ! -e "$sim_dir/sock" ] || fail "it left its socket behind"

# A reader that listens as vpcd does.
python3 - "$VERSO_BIN/verso-sim" "$sim_dir/a" <<'EOF' || fail "vpcd"
import socket, struct, subprocess, sys
listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen(1)
listener.settimeout(10)
sim = subprocess.Popen([sys.argv[1], '--document', sys.argv[2], '--vpcd', '127.0.0.1:%d' % listener.getsockname()[1],
                        '--rule', 'command=00B2*;vanish=before;return_ms=100'], stdout=subprocess.DEVNULL)
try:
    def whole(n):
        data = b''
        while len(data) < n:
            part = card.recv(n - len(data))
            if not part:
                return None
            data += part
        return data
    def send(hexed):
        data = bytes.fromhex(hexed)
        card.sendall(struct.pack('>H', len(data)) + data)
    def ask(hexed):
        send(hexed)
        head = whole(2)
        return head and whole(struct.unpack('>H', head)[0]).hex()
    card = listener.accept()[0]
    card.settimeout(10)
    send('01')
    # 3B 82 80 01, the two historical bytes, and the check byte that makes their sum zero
    assert ask('04') == '3b8280014142' + '%02x' % (0x82 ^ 0x80 ^ 0x01 ^ 0x41 ^ 0x42)
    assert ask('00A4040C07A0000002471001') == '9000'
    assert ask('00A4020C020101') == '6a82'
    send('02')
    assert ask('00B0000000') == '6986'
    assert ask('00B2000000') is None, 'it did not leave'
    card = listener.accept()[0] # and comes back
    card.settimeout(10)
    assert ask('00A4040C07A0000002471001') == '9000'
finally:
    sim.terminate()
assert sim.wait(10) == 0
EOF
echo "control lines, socket and vpcd as they should be"
