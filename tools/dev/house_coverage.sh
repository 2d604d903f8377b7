#!/bin/sh
# Every instruction, graph op, pass and machine has its test.
#
#   tools/dev/house_coverage.sh [ROOT]
#
# Prints one line per row of a table without one, and exits 1 if there is one. An instruction has
# test/isa/<mnemonic>.s; a graph op test/ops/<op>.mlir, declarations a use in test/dialects/nn; a
# pass a test under test/passes that runs it; a machine a test under test/target that names it.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "${1:-$here/../..}"
failed=0

missing() {
    echo "$1: coverage: $2"
    failed=1
}

# rows PATTERN FILES...: the first quoted text of every match, each once.
rows() {
    pattern=$1
    shift
    cat "$@" | tr '\n' ' ' | grep -o "$pattern" | sed 's/[^"]*"\([^"]*\)".*/\1/' | sort -u
}

for mnemonic in $(rows 'Inst<"[a-z0-9_]*"' dialects/isa/Isa*.td); do
    [ -f "test/isa/$mnemonic.s" ] || missing dialects/isa "no test/isa/$mnemonic.s"
done

for op in $(rows 'def Nn_[A-Za-z0-9]*Op *: *[A-Za-z_]*<"[a-z0-9_]*"' dialects/nn/Nn*.td); do
    [ -f "test/ops/$op.mlir" ] || grep -qsrw "nn\.$op" test/dialects/nn ||
        missing dialects/nn "no test/ops/$op.mlir"
done

for pass in $(rows 'Pass<"neuron-[a-z-]*"' passes/Passes.td); do
    grep -qsre "RUN:.*[-(,]$pass\>" test/passes || missing passes/Passes.td "no test runs $pass"
done

for machine in $(rows 'Machine<"[a-z0-9]*"' dialects/target/Machines.td); do
    grep -qsrw "\"$machine\"" test/target || missing dialects/target "no test names $machine"
done

exit $failed
