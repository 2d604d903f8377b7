#!/bin/sh
# Rows that the encoding cannot hold are refused at their line.
#
#   tblgen_errors.sh NEURON_TBLGEN ROOT SCRATCH_FOLDER
set -eu
generator=$1
root=$2
scratch=$3
mkdir -p "$scratch"
failed=0

# expect OPTION INCLUDE PATTERN < rows: the rows fail with the pattern at a line of their file.
expect() {
  { echo "include \"$2\""; cat; } >"$scratch/rows.td"
  if "$generator" "--gen-$1" -I "$root" "$scratch/rows.td" -o "$scratch/out" 2>"$scratch/errors"; then
    echo "not refused: $3"
    failed=1
  elif ! grep -q "rows.td:[0-9]*:[0-9]*: error: .*$3" "$scratch/errors"; then
    echo "expected '$3', got:"
    cat "$scratch/errors"
    failed=1
  fi
}

# A complete row whose operands, fields and immediates come from the arguments.
row() {
  echo "def X : Inst<\"$1\", $2, [VectorE], [$3], [$4], [$5]> { let summary = \"s\"; let source = \"s\"; }"
}

isa=dialects/isa/IsaBase.td
op='Operand<"'
in='", In, [Sbuf]>'
row x 1 "" "" "" | sed 's/let source = "s";/let source = "";/' | expect isa $isa 'has no source'
row x 1 "" "" "" | sed 's/\[VectorE\]/[]/' | expect isa $isa 'has no engine'
row x 0 "" "" "" | expect isa $isa 'opcode 0 is kept'
row x 1 "${op}a$in, ${op}b$in, ${op}c$in, ${op}d$in, ${op}e$in, ${op}f$in" "" "" |
  expect isa $isa 'has 6 operands'
row x 1 "${op}a$in, ${op}a$in" "" "" | expect isa $isa 'the name a is used twice'
row x 1 "" 'Field<"f", AluOpField, 0, 5>, Field<"g", AluOpField, 4, 5>' "" |
  expect isa $isa 'field g overlaps field f'
row x 1 "" 'Field<"f", AluOpField, 12, 5>' "" | expect isa $isa 'field f leaves the 16 bits'
row x 1 "" 'Field<"f", AluOpField, 0, 4>' "" | expect isa $isa 'field f has 24 values in 4 bits'
row x 1 "" "" 'Imm<"i", "float", 0>, Imm<"j", "float", 0>' | expect isa $isa 'immediate j shares'
row x 1 "" "" 'Imm<"i", "double", 0>' | expect isa $isa 'immediate i is a double'
{ row x 1 "" "" ""; row y 1 "" "" "" | sed 's/def X/def Y/'; } | expect isa $isa 'opcode 0x1 is taken'
{ row x 1 "" "" ""; row x 2 "" "" "" | sed 's/def X/def Y/'; } | expect isa $isa 'mnemonic x is taken'

target=dialects/target/Target.td
params='def A : Param<"a", "u", "d">; def B : Flag<"b", "d">;'
machine() { echo "$params def M : Machine<\"m\", \"s\", [$1]>;"; }
machine 'Value<A, 1, Assumed, "s">' | expect machines $target 'no value for b'
machine 'Value<A, 1, Assumed, "s">, Value<B, 2, Assumed, "s">' | expect machines $target 'b is 2'
machine 'Value<A, 1, Assumed, "">, Value<B, 0, Assumed, "s">' | expect machines $target 'no source'
{
  machine 'Value<A, 1, Assumed, "s">, Value<B, 0, Assumed, "s">'
  echo 'def C : Param<"a", "u", "d">;'
} | expect machines $target 'the name a is taken'
exit $failed
