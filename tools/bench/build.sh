#!/bin/sh
# Build targets for a benchmark in BENCH_BUILD: tools/bench/build.sh TARGET...
#
# A folder that is not configured yet gets the release preset's settings; NEURON_COMPILER=OFF in
# the environment leaves out what needs LLVM.
set -eu

cd "$(dirname -- "$0")/../.."
build=${BENCH_BUILD:-build/release}
mkdir -p "$build"
{
    [ -f "$build/build.ninja" ] ||
        cmake --preset release -B "$build" -DNEURON_COMPILER="${NEURON_COMPILER:-ON}"
    cmake --build "$build" -j "${JOBS:-$(nproc)}" --target "$@"
} >"$build.bench.log" 2>&1 || {
    tail -n 40 "$build.bench.log"
    exit 1
}
