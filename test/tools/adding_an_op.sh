#!/bin/sh
# Applies docs/adding-an-op.md to a copy of the sources: the blocks of the page go into the two
# files that it names, neuron-opt of the copy is built, and the op's test passes.
#
#   adding_an_op.sh NEURON_TBLGEN ROOT BUILD SCRATCH_FOLDER LIT LLVM_TOOLS
# BUILD is the configured folder whose compilers, build type and LLVM the copy takes over.
set -eu
generator=$1
root=$2
cache=$3/CMakeCache.txt
copy=$4/sources
build=$4/build
lit=$5
llvm=$6
page=$root/docs/adding-an-op.md
op=log_add_exp

rm -rf "$copy"
mkdir -p "$copy/test/ops" "$build/test"
for part in CMakeLists.txt dialects runtime passes compiler tools docs; do
  cp -r "$root/$part" "$copy"
done
mkdir "$copy/models"
cp -r "$root/models/kernels" "$copy/models"
cp "$root/test/lit.cfg.py" "$copy/test"
cp "$root"/test/ops/*.mlir "$copy/test/ops"

# block LANGUAGE: the page's block in this language.
block() {
  awk -v fence="\`\`\`$1" '
    /^```/ && inside { inside = 0; wanted = 0; next }
    /^```/ { inside = 1; wanted = $0 == fence; next }
    wanted' "$page"
}

# Two files by hand.
{ echo; block tablegen; } >>"$copy/dialects/nn/NnElementwiseFunctions.td"
block mlir >"$copy/test/ops/$op.mlir"
sh "$copy/tools/dev/regenerate.sh" "$generator"

# By hand or generated, and nothing else.
changed=$(cd "$copy" && find dialects runtime passes compiler docs test -type f | while read -r file; do
  cmp -s "$file" "$root/$file" || echo "$file"
done | sort | tr '\n' ' ')
expected="dialects/nn/NnElementwiseFunctions.td docs/generated/supported-ops.md test/ops/$op.mlir "
[ "$changed" = "$expected" ] || { echo "changed: $changed"; exit 1; }
byHand=$(echo "$changed" | tr ' ' '\n' | grep -v '^docs/generated/' | grep -c .)
[ "$byHand" = 2 ] || { echo "$byHand files by hand, expected 2"; exit 1; }

# The same cache as the build that runs the test, without its paths.
sed -n -E 's/^(CMAKE_(C|CXX)_COMPILER|CMAKE_BUILD_TYPE|CMAKE_(C|CXX)_FLAGS|LLVM_DIR|MLIR_DIR|NEURON_SANITIZE):([A-Z]+)=(.*)$/set(\1 "\5" CACHE \4 "")/p' \
  "$cache" | sed 's/ CACHE UNINITIALIZED / CACHE STRING /' >"$build.cache.cmake"
cmake -C "$build.cache.cmake" -G "$(sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$cache")" \
  -S "$copy" -B "$build" -DNEURON_TESTS=OFF >"$build.log" 2>&1 || { tail -n 20 "$build.log"; exit 1; }
cmake --build "$build" --target neuron-opt -j 2 >>"$build.log" 2>&1 || {
  grep -m 5 -A 5 error "$build.log"
  exit 1
}

cat >"$build/test/lit.site.cfg.py" <<END
config.neuron_source = "$copy"
config.neuron_build = "$build"
config.llvm_tools = "$llvm"
lit_config.load_config(config, "$copy/test/lit.cfg.py")
END
"$lit" -v "$build/test/ops/$op.mlir"
