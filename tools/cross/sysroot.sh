#!/bin/bash
# sysroot: headers and libraries of another architecture, out of Debian's packages.
#
# usage: tools/cross/sysroot.sh arm64|armhf [DIR]      DIR: build/sysroot-ARCH unless given
#
# The packages are unpacked into DIR; nothing of the machine's own dpkg is touched, for which
# packages of several architectures often cannot be installed side by side (libnfc-dev cannot).
# Does nothing if DIR is complete already.  Needs no root.  Ends with 77 if the packages cannot
# be had on this machine.
set -euo pipefail
cd "$(dirname "$0")/../.."

arch=${1:-}
case $arch in
arm64) triplet=aarch64-linux-gnu ;;
armhf) triplet=arm-linux-gnueabihf ;;
*) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 64 ;;
esac
dir=${2:-build/sysroot-$arch}
packages="libc6-dev libgcc-12-dev libssl-dev libmbedtls-dev libnfc-dev zlib1g-dev libjpeg62-turbo-dev
          libcmocka-dev libcbor-dev"
[ "$(cat "$dir/.packages" 2>/dev/null)" = "$packages" ] && exit 0

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
: > "$state/status"

# sources LABEL: where this machine gets Debian's packages of that label from
sources() {
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' 'Identifier: Packages' |
        sort -u | awk -F'|' -v label="$1" -v keyring="$keyring" '$1 == "Debian" && $2 == label {
            print "deb [signed-by=" keyring "] " $3 " " $4 " " $5 }'
}

apt() {
    apt-get -qq -o APT::Architecture="$arch" -o APT::Architectures::="$arch" \
        -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::Lists="$state/lists" -o Dir::State::status="$state/status" \
        -o Dir::Cache="$state/cache" -o APT::Sandbox::User=root -o Dpkg::Post-Invoke= \
        -o APT::Update::Post-Invoke= -o APT::Install-Recommends=false \
        -o APT::Keep-Downloaded-Packages=true "$@"
}

# Which of its sources are Debian's stands in lists that images often come without.
[ -n "$(sources Debian)" ] || [ "$(id -u)" != 0 ] || apt-get -qq update || true
[ -n "$(sources Debian)" ] || { echo "sysroot: no Debian mirror is known here: run apt-get update" >&2; exit 77; }
# The security archive's index of a foreign architecture is at times not the one it signs.
{ sources Debian; sources Debian-Security; } > "$state/sources.list"
if ! apt update 2>/dev/null; then
    sources Debian > "$state/sources.list"
    apt update || { echo "sysroot: Debian's package lists for $arch cannot be had" >&2; exit 77; }
fi
# shellcheck disable=SC2086 # words are meant
apt install -y --download-only $packages ||
    { echo "sysroot: Debian's packages for $arch cannot be had" >&2; exit 77; }

rm -rf "$dir"
mkdir -p "$dir"
for deb in "$state"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$dir"; done
# absolute symbolic links made relative, so that a compiler under --sysroot finds their targets
find "$dir" -type l -lname '/*' | while read -r link; do ln -sfr "$dir$(readlink "$link")" "$link"; done
[ -e "$dir/usr/lib/$triplet/libcrypto.so" ] || { echo "sysroot: $dir is not complete" >&2; exit 1; }
echo "$packages" > "$dir/.packages"
