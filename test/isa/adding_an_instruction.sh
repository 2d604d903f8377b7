#!/bin/sh
# Applies docs/adding-an-instruction.md to a copy of the sources: the blocks of the page go into
# the files that it names, the copy is built, and its program passes.
#
#   adding_an_instruction.sh NEURON_TBLGEN ROOT SCRATCH_FOLDER C_COMPILER CXX_COMPILER
set -eu
generator=$1
root=$2
copy=$3/sources
build=$3/build
page=$root/docs/adding-an-instruction.md


rm -rf "$copy"
mkdir -p "$copy/models" "$build"
cp -r "$root/CMakeLists.txt" "$root/dialects" "$root/runtime" "$root/tools" "$root/docs" "$copy"
cp -r "$root/models/kernels" "$copy/models"

# block LANGUAGE: the page's block in this language, "" for the one without.
block() {
  awk -v fence="\`\`\`$1" '
    /^```/ && inside { inside = 0; wanted = 0; next }
    /^```/ { inside = 1; wanted = $0 == fence; next }
    wanted' "$page"
}
tablegen=$(block tablegen)
cpp=$(block cpp)
program=$(block "")

# Three files by hand; the fourth would be the compiler's use of it.
printf '\n%s\n' "$tablegen" >>"$copy/dialects/isa/IsaVector.td"
exec_file=$copy/runtime/sim/ExecVector.cpp
sed -i '$d' "$exec_file"
printf '%s\n\n} // namespace neuron::sim\n' "$cpp" >>"$exec_file"
printf '%s\n' "$program" >"$copy/select.s"

sh "$copy/tools/dev/regenerate.sh" "$generator"
cmake --fresh -G Ninja -S "$copy" -B "$build" -DCMAKE_C_COMPILER="$4" -DCMAKE_CXX_COMPILER="$5" \
  -DCMAKE_BUILD_TYPE=Debug -DNEURON_COMPILER=OFF -DNEURON_TESTS=OFF >"$build.log"
cmake --build "$build" --target neuron-sim -j 2 >>"$build.log" 2>&1 || {
  grep -m 5 -A 5 error "$build.log"
  exit 1
}
"$build/bin/neuron-sim" --check "$copy/select.s"

# By hand or generated, and nothing else.
changed=$(cd "$root" && for file in $(cd "$copy" && find dialects runtime docs -type f); do
  cmp -s "$file" "$copy/$file" || echo "$file"
done | sort | tr '\n' ' ')
expected="dialects/isa/IsaVector.td docs/generated/isa.md runtime/isa/IsaTables.inc runtime/sim/ExecVector.cpp "
[ "$changed" = "$expected" ] || { echo "changed: $changed"; exit 1; }
