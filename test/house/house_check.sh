#!/bin/sh
# Plants one offence of every rule in an otherwise clean tree and expects exactly that report.
#
#   house_check.sh HOUSE_SH SCRATCH_FOLDER
set -eu
house=$1
tree=$2
failed=0

# A tree that keeps all rules, with one file in each of four rooms.
clean_tree() {
    rm -rf "$tree"
    mkdir -p "$tree/runtime/base" "$tree/runtime/sim" "$tree/runtime/program" "$tree/passes/plan"
    printf '// Base.\n#include <cstdint>\n' >"$tree/runtime/base/Base.h"
    printf '// Sim.\n#include "runtime/base/Base.h"\n' >"$tree/runtime/sim/Sim.cpp"
    printf '// Program.\n#include "runtime/base/Base.h"\n' >"$tree/runtime/program/Program.h"
    printf '// Plan.\n#include "runtime/base/Base.h"\n#include "mlir/IR/Value.h"\n' >"$tree/passes/plan/Plan.cpp"
}

# lines N: N comment lines.
lines() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print "// line" }'; }

# function_of N [HEAD]: a function of N lines.
function_of() {
    printf '%s\n' "${2:-void f() {}" | sed 's/}$//'
    awk -v n="$(($1 - 2))" 'BEGIN { for (i = 0; i < n; i++) print "  g();" }'
    echo '}'
}

# expect WHAT PATTERN: the check must fail and print a line with the pattern, and only one.
expect() {
    if out=$(sh "$house" "$tree"); then
        echo "$1: not noticed"
        failed=1
    elif [ "$(printf '%s\n' "$out" | wc -l)" -ne 1 ] || ! printf '%s\n' "$out" | grep -q "$2"; then
        echo "$1: expected '$2', got:"
        printf '%s\n' "$out"
        failed=1
    fi
    clean_tree
}

# expect_clean WHAT: the check must pass.
expect_clean() {
    if ! out=$(sh "$house" "$tree"); then
        echo "$1: refused:"
        printf '%s\n' "$out"
        failed=1
    fi
    clean_tree
}

clean_tree
expect_clean "a clean tree"

echo '#include "mlir/IR/Value.h"' >>"$tree/runtime/base/Base.h"
expect "LLVM below the line" 'runtime/base/Base.h:3: arrow: below the LLVM line'

echo '#include "runtime/program/Program.h"' >>"$tree/runtime/sim/Sim.cpp"
expect "an arrow between siblings" 'runtime/sim/Sim.cpp:3: arrow: runtime/sim includes runtime/program'

echo '#include "runtime/sim/Sim.h"' >>"$tree/passes/plan/Plan.cpp"
expect "a pass that includes the simulator" 'passes/plan/Plan.cpp:4: arrow: passes includes'

echo '#include "passes/plan/Plan.h"' >>"$tree/runtime/base/Base.h"
expect "an arrow upwards" 'arrow: runtime/base includes passes/plan/Plan.h'

lines 701 >"$tree/runtime/base/Long.cpp"
expect "a long file" 'runtime/base/Long.cpp: size: 701 lines, more than 700'
lines 700 >"$tree/runtime/base/Long.cpp"
expect_clean "a file of 700 lines"

mkdir -p "$tree/test/runtime/base"
lines 501 >"$tree/test/runtime/base/LongTest.cpp"
expect "a long test" 'LongTest.cpp: size: 501 lines, more than 500'

{ echo '// F.'; function_of 81; } >"$tree/runtime/base/F.cpp"
expect "a long function" 'runtime/base/F.cpp:2: size: a function of 81 lines'
{ echo '// F.'; function_of 80; } >"$tree/runtime/base/F.cpp"
expect_clean "a function of 80 lines"

{ echo '// F.'; echo 'static int f(int a,'; function_of 80 '             int b) {'; } >"$tree/runtime/base/F.cpp"
expect "a long function with a head of two lines" 'runtime/base/F.cpp:2: size: a function of 81 lines'

{ echo '// F.'; echo 'class C {'; function_of 81 '  int f() const {' | sed 's/^}/  }/'; echo '};'; } >"$tree/runtime/base/F.cpp"
expect "a long method" 'runtime/base/F.cpp:3: size: a function of 81 lines'

printf '// Names.\n' >"$tree/runtime/base/StringUtils.h"
expect "a name that says nothing" 'runtime/base/StringUtils.h: name:'

printf '#include <cstdint>\n' >"$tree/runtime/base/Head.h"
expect "a file without a head" 'runtime/base/Head.h:1: head:'

# Written in two parts, so that this file keeps the rule.
echo "// TO""DO: later" >>"$tree/runtime/base/Base.h"
expect "unfinished work" 'runtime/base/Base.h:3: word: unfinished'

echo "// see /ho""me/someone/notes" >>"$tree/runtime/base/Base.h"
expect "a path of one machine" 'runtime/base/Base.h:3: word: a path'

echo '#include <iostream>' >>"$tree/runtime/sim/Sim.cpp"
expect "iostreams below the line" 'runtime/sim/Sim.cpp:3: line: no iostreams'

printf '  throw 1;\n' >>"$tree/runtime/sim/Sim.cpp"
expect "an exception below the line" 'runtime/sim/Sim.cpp:3: line: neither exceptions'

cat >>"$tree/passes/plan/Plan.cpp" <<'PATTERN'
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    return failure();
  }
PATTERN
expect "a refusal without a reason" 'passes/plan/Plan.cpp:5: rewrite:'

exit $failed
