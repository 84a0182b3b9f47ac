# sim: start verso-sim for a test; source it.  Skips the test where something is missing.
#
#   need PROGRAM...     skip unless each is installed
#   need_data PATH      skip unless the public test data has it
#   sim_start ARG...    verso-sim --pn532 $sim_tty ARG..., until it says that it is ready
#   sim_stop            end it; fails if it did not end well
set -eu
ulimit -c 0

sim_dir=$(mktemp -d)
sim_tty=$sim_dir/pn532
sim_pid=

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }

need() {
    for program in "$@"; do
        command -v "$program" >/dev/null || skip "$program is not installed"
    done
}

need_data() {
    [ -n "${VERSO_SHARED:-}" ] || skip "VERSO_SHARED does not name the public test data"
    [ -e "$VERSO_SHARED/$1" ] || skip "no $1 in $VERSO_SHARED"
}

sim_start() {
    rm -f "$sim_dir/out"
    mkfifo "$sim_dir/out"
    "$VERSO_BIN/verso-sim" --pn532 "$sim_tty" "$@" > "$sim_dir/out" &
    sim_pid=$!
    read -r word < "$sim_dir/out" || fail "verso-sim did not start"
    [ "$word" = ready ] || fail "verso-sim said $word"
    export LIBNFC_DEFAULT_DEVICE=pn532_uart:$sim_tty
}

sim_stop() {
    kill -TERM "$sim_pid"
    wait "$sim_pid" || fail "verso-sim ended with status $?"
    sim_pid=
    [ ! -e "$sim_tty" ] && [ ! -L "$sim_tty" ] || fail "verso-sim left $sim_tty behind"
}

sim_clean() {
    [ -z "$sim_pid" ] || kill -KILL "$sim_pid"
    rm -rf "$sim_dir"
}
trap sim_clean EXIT
