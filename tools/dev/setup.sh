#!/bin/sh
# Install the Debian packages that building and testing need; does nothing where all are in.
#
#   tools/dev/setup.sh            installs what is missing (as root, or through sudo)
#   tools/dev/setup.sh --list     prints the list, one package a line
#
# Debian 12 with its security suite has all of them. On other systems the list says what to
# look for; CMake then finds LLVM 22 through CMAKE_PREFIX_PATH.
set -eu

packages='
cmake ninja-build pkg-config ccache g++
clang-22 lld-22 clang-format-22 libclang-rt-22-dev
libzstd-dev llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools
libonnx-dev libprotobuf-dev protobuf-compiler
libcli11-dev libfmt-dev catch2
libflatbuffers-dev flatbuffers-compiler
libzip-dev libxxhash-dev nlohmann-json3-dev
libhwy-dev libdnnl-dev libbenchmark-dev'

if [ "${1:-}" = --list ]; then
    printf '%s\n' $packages
    exit 0
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "setup: not a Debian system; the build needs these packages or their like:" $packages >&2
    exit 66
fi

missing=
for package in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=none
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "setup: run as root: apt-get install$missing" >&2
        exit 66
    }
    as_root=sudo
fi
echo "setup: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
