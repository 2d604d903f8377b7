#!/bin/sh
# Rewrites the generated files that are committed, from the tables in dialects/.
#   tools/dev/regenerate.sh [--check] NEURON_TBLGEN
# NEURON_TBLGEN is the built generator, e.g. build/release/bin/neuron-tblgen. With --check
# nothing is written: the exit code is 1 when a file differs from a fresh generation.
set -eu

check=
if [ "${1:-}" = --check ]; then
  check=1
  shift
fi
if [ $# -ne 1 ]; then
  sed -n '2,5s/^# //p' "$0" >&2
  exit 2
fi
generator=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" # the generator looks for included files here first
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
stale=0

generate() { # option, table, committed file
  "$generator" "--gen-$1" -I "$root" -I /usr/lib/llvm-22/include "$root/$2" -o "$fresh/out"
  if cmp -s "$fresh/out" "$root/$3"; then
    return
  fi
  if [ -n "$check" ]; then
    echo "$3 is not what $2 gives; run tools/dev/regenerate.sh" >&2
    stale=1
  else
    mkdir -p "$(dirname "$root/$3")"
    cp "$fresh/out" "$root/$3"
    echo "wrote $3"
  fi
}

generate isa dialects/isa/Isa.td runtime/isa/IsaTables.inc
generate isa-doc dialects/isa/Isa.td docs/generated/isa.md
generate machines dialects/target/Machines.td runtime/target/Machines.inc
generate machines-doc dialects/target/Machines.td docs/generated/machines.md
generate nn-ops-doc dialects/nn/Nn.td docs/generated/supported-ops.md
exit $stale
