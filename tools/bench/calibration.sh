#!/bin/sh
# The simulator against published measurements: prints and writes docs/generated/calibration.md.
#
#   tools/bench.sh calibration            all cases, and what every parameter moves
#   tools/bench.sh calibration NAME       the cases whose names hold NAME, nothing is written
set -eu

cd "$(dirname -- "$0")/../.."
[ -z "${1:-}" ] || set -- "--case=$1"
sh tools/bench/build.sh calibration
if [ $# -eq 0 ]; then
    "$BENCH_BUILD/bin/calibration" --write=docs/generated/calibration.md
    cat docs/generated/calibration.md
else
    "$BENCH_BUILD/bin/calibration" "$@"
fi
