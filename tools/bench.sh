#!/bin/sh
# Run one benchmark: tools/bench.sh NAME [ARGUMENT...]
#
# NAME is a script in tools/bench: NAME.sh or NAME.py, run in the root of the sources with the
# build folder in BENCH_BUILD (default: build/release). A script builds what it needs by
# `tools/bench/build.sh TARGET...`. Without NAME the benchmarks are listed.
set -eu

cd "$(dirname -- "$0")/.."
export BENCH_BUILD="${BENCH_BUILD:-build/release}"
name=${1:-}
[ $# -eq 0 ] || shift
case $name in
'' | build | */*) ;;
*)
    [ ! -f "tools/bench/$name.sh" ] || exec sh "tools/bench/$name.sh" "$@"
    [ ! -f "tools/bench/$name.py" ] || exec python3 "tools/bench/$name.py" "$@"
    echo "bench: no benchmark is called '$name'" >&2
    ;;
esac
echo "usage: tools/bench.sh NAME [ARGUMENT...], where NAME is one of" >&2
for script in tools/bench/*.sh tools/bench/*.py; do
    base=$(basename "$script")
    [ ! -f "$script" ] || [ "$base" = build.sh ] || echo "  ${base%.*}" >&2
done
exit 2
