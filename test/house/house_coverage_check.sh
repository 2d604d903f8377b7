#!/bin/sh
# Takes one test after the other out of a covered tree and expects the report of just that.
#
#   house_coverage_check.sh HOUSE_COVERAGE_SH SCRATCH_FOLDER
set -eu
check=$1
tree=$2
failed=0

rm -rf "$tree"
mkdir -p "$tree/dialects/isa" "$tree/dialects/nn" "$tree/dialects/target" "$tree/passes" \
    "$tree/tools/neuron-run" "$tree/compiler/driver" "$tree/test/tools" \
    "$tree/test/isa" "$tree/test/ops" "$tree/test/dialects/nn" "$tree/test/passes/plan" "$tree/test/target"
echo 'def Fly : Inst<"fly", 0x01, Wing, []> {}' >"$tree/dialects/isa/IsaWing.td"
printf 'def Nn_FlapOp : Nn_Unary<"flap">;\ndef Nn_EggOp\n    : Nn_Op<"egg", []>;\n' >"$tree/dialects/nn/NnBird.td"
printf '%s\n' 'defvar kept = [{' '  (C2) is kept.' '}];' 'class Nn_Layer<string n> : Nn_Op<n> {' '  let description = "(C1) lays.";' '}' \
    'def Nn_DuckOp : Nn_Layer<"duck"> {' '  let description = !strconcat(kept, "");' '}' >"$tree/dialects/nn/NnWater.td"
echo '// nn.duck' >"$tree/test/ops/duck.mlir"
printf '// expected-error @+1 {{(C%s) no}}\nnn.duck\n' 1 >"$tree/test/dialects/nn/lays.mlir"
printf '// expected-error @+1 {{(C%s) no}}\nnn.duck\n' 2 >"$tree/test/dialects/nn/kept.mlir"
echo 'def Moult : Pass<"neuron-moult", "ModuleOp"> {}' >"$tree/passes/Passes.td"
echo 'def Crow : Machine<"crow", "a crow", []>;' >"$tree/dialects/target/Machines.td"
echo 'fly' >"$tree/test/isa/fly.s"
echo '// nn.flap' >"$tree/test/ops/flap.mlir"
echo 'nn.egg @e' >"$tree/test/dialects/nn/declarations.mlir"
echo '// RUN: neuron-opt --neuron-moult %s' >"$tree/test/passes/plan/moult.mlir"
echo 'findMachine("crow")' >"$tree/test/target/MachineTest.cpp"
printf 'app.add_option("-l,--loud", l);\napp.add_flag("--shy", s);\n' >"$tree/tools/neuron-run/Options.cpp"
printf 'RUN: neuron-run %%t \\\nRUN:   --shy\n' >"$tree/test/tools/shy.test"
echo 'RUN: neuron-run -l %t; neuron-run --shyness %t' >"$tree/test/tools/loud.test"
printf 'DIAGNOSTIC(Lost, 12, Usage, "")\nDIAGNOSTIC(Internal, 7001, Usage, "")\n' \
    >"$tree/compiler/driver/Diagnostics.def"
echo 'CHECK: error [NC0012]' >"$tree/test/tools/lost.test"

sh "$check" "$tree" || {
    echo "a covered tree is refused"
    failed=1
}

# without FILE REPORT: removes a test, expects the report, puts the test back.
without() {
    mv "$tree/$1" "$tree/kept"
    if out=$(sh "$check" "$tree") || [ "$out" != "$2" ]; then
        echo "without $1: expected '$2', got '$out'"
        failed=1
    fi
    mv "$tree/kept" "$tree/$1"
}

without test/isa/fly.s 'dialects/isa: coverage: no test/isa/fly.s'
without test/ops/flap.mlir 'dialects/nn: coverage: no test/ops/flap.mlir'
without test/dialects/nn/declarations.mlir 'dialects/nn: coverage: no test/ops/egg.mlir'
without test/dialects/nn/lays.mlir 'dialects/nn: coverage: no test names (C1) of nn.duck'
without test/dialects/nn/kept.mlir 'dialects/nn: coverage: no test names (C2) of nn.duck'
without test/passes/plan/moult.mlir 'passes/Passes.td: coverage: no test runs neuron-moult'
without test/target/MachineTest.cpp 'dialects/target: coverage: no test names crow'
without test/tools/shy.test 'tools/neuron-run: coverage: no test sets --shy'
without test/tools/loud.test 'tools/neuron-run: coverage: no test sets --loud'
without test/tools/lost.test 'compiler/driver/Diagnostics.def: coverage: no test provokes NC0012'

exit $failed
