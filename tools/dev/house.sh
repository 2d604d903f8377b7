#!/bin/sh
# The house check: include arrows, sizes, names and words of every source file.
#
#   tools/dev/house.sh [--wanted] [ROOT]
#
# Prints one line per offence, "file:line: rule: what", and exits 1 if there is one. --wanted
# also lists what is larger than wanted, without failing. Rules are in house.awk; files are the
# .h .cpp .td .s .mlir .test .txt .sh .cmake .md files under ROOT, build trees left out.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
wanted=0
if [ "${1:-}" = --wanted ]; then
    wanted=1
    shift
fi
root=${1:-$here/../..}
cd "$root"

find . \( -name .git -o -name build -o -name generated -o -name __pycache__ -o -name '.[a-z]*' ! -name . ! -name .ci \) -prune -o \
    -type f \( -name '*.h' -o -name '*.cpp' -o -name '*.c' -o -name '*.td' -o -name '*.fbs' -o -name '*.def' \
    -o -name '*.s' -o -name '*.mlir' -o -name '*.test' -o -name '*.txt' -o -name '*.sh' -o -name '*.py' \
    -o -name '*.awk' -o -name '*.cmake' -o -name '*.md' \) -print |
    sed 's|^\./||' | LC_ALL=C sort | tr '\n' '\0' |
    LC_ALL=C xargs -0 awk -v wanted="$wanted" -f "$here/house.awk" || exit 1
