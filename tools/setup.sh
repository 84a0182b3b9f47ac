#!/bin/bash
# setup: install what building and testing need, from Debian's own packages.
#
# usage: tools/setup.sh [build|test]      build: enough for tools/try.sh; test: everything
#
# Asks for nothing and does nothing if all is there already.
set -euo pipefail

build="gcc libc6-dev cmake ninja-build pkg-config python3 libssl-dev libnfc-dev zlib1g-dev
       libjpeg62-turbo-dev libcmocka-dev libcbor-dev"
test="$build clang clang-tidy clang-format libclang-rt-14-dev llvm libnfc-bin mrtdreader openssl
      libjpeg-turbo-progs xxd git binutils libeac-dev libmbedtls-dev
      qemu-user-static gcc-aarch64-linux-gnu gcc-arm-linux-gnueabihf libc6-dev-arm64-cross
      libc6-dev-armhf-cross
      valgrind openpace"

case "${1:-test}" in
build) wanted=$build ;;
test) wanted=$test ;;
*) echo "usage: tools/setup.sh [build|test]" >&2; exit 64 ;;
esac

missing=
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "setup: this is no Debian; install what these packages hold:$missing" >&2
    exit 69
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "setup: be root, or install sudo, to install:$missing" >&2; exit 77; }
    as_root=sudo
fi
echo "setup: installing$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # words are meant
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
