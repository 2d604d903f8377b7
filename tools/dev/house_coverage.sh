#!/bin/sh
# Every instruction, graph op, constraint, pass, machine, option of a tool and diagnostic code has
# its test.
#
#   tools/dev/house_coverage.sh [ROOT]
#
# Prints one line per row of a table without one, and exits 1 if there is one. An instruction has
# test/isa/<mnemonic>.s; a graph op test/ops/<op>.mlir, declarations a use in test/dialects/nn;
# a constraint (Cn) of an op an expectation that names it (tools/dev/constraints.awk); a
# pass a test under test/passes that runs it; a machine a test under test/target that names it; an
# option of a tool a test that runs the tool with it; a diagnostic code a test that names it, or a
# place in the list of those that only a fault of the compiler or of the host provokes.
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

constraints=$(awk -v one_rule='Nn_Elementwise' -f "$here/constraints.awk" \
    $(find dialects -name '*.td' | LC_ALL=C sort) \
    $(find test -name '*.mlir' | LC_ALL=C sort) | LC_ALL=C sort)
[ -z "$constraints" ] || {
    printf '%s\n' "$constraints"
    failed=1
}

for pass in $(rows 'Pass<"neuron-[a-z-]*"' passes/Passes.td); do
    grep -qsre "RUN:.*[-(,]$pass\>" test/passes || missing passes/Passes.td "no test runs $pass"
done

for machine in $(rows 'Machine<"[a-z0-9]*"' dialects/target/Machines.td); do
    grep -qsrw "\"$machine\"" test/target || missing dialects/target "no test names $machine"
done

# Tests as lines: what a backslash continues is one line.
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
find test -type f \( -name '*.test' -o -name '*.mlir' -o -name '*.sh' -o -name CMakeLists.txt \) -print |
    LC_ALL=C sort | tr '\n' '\0' | xargs -0 cat /dev/null |
    sed -e ':a' -e '/\\$/{N' -e 's/\\\n//' -e 'ba' -e '}' >"$lines"

# An option stands in the sources of its tool as "--name" or "-n,--name"; either spelling counts.
for tool in neuron-compile neuron-run neuron-sim neuron-objdump; do
    [ -d "tools/$tool" ] || continue
    options=$(cat tools/$tool/*.cpp | grep -oE '"(-[A-Za-z],)?--[a-z][a-z-]+' | tr -d '"' | sort -u)
    for option in $options; do
        case "$option" in
        --*) printf '%s\n' "$options" | grep -q ",$option\$" && continue ;;
        esac
        grep -F -- "$tool" "$lines" | grep -qE -- "(^|[^a-z-])(${option##*,}([^a-z-]|\$)|${option%%,*}([0-9= ]|\$))" ||
            missing "tools/$tool" "no test sets ${option##*,}"
    done
done

only_by_faults='NC5001 NC5002 NC6001 NC7001 NC7002 NC7003'
[ ! -f compiler/driver/Diagnostics.def ] || for number in $(grep -oE '^DIAGNOSTIC\([A-Za-z]+, [0-9]+' compiler/driver/Diagnostics.def | sed 's/.*, //'); do
    code=$(printf 'NC%04d' "$number")
    case " $only_by_faults " in
    *" $code "*) ;;
    *) grep -rqs "$code" test || missing compiler/driver/Diagnostics.def "no test provokes $code" ;;
    esac
done

exit $failed
