#!/bin/sh
# A program without one of its takes is refused: each in turn is removed and must fault.
#
#   removed_takes.sh NEURON_SIM SCRATCH_FOLDER FILE.s ...
set -eu
simulator=$1
scratch=$2
shift 2
mkdir -p "$scratch"
failed=0

# mutant N < FILE: the file without its N-th take, with what was removed on standard error.
mutant() {
  awk -v wanted="$1" '
    { comment = index($0, "//"); code = comment ? substr($0, 1, comment - 1) : $0; out = "" }
    code ~ /^[ \t]*\./ { print; next }
    {
      while (match(code, /take [A-Za-z_0-9]+( [A-Za-z_]*Tiles(\*[A-Za-z]+)?| [0-9]+)?/)) {
        taken = substr(code, RSTART, RLENGTH)
        rest = substr(code, RSTART + RLENGTH)
        out = out substr(code, 1, RSTART - 1)
        if (++count == wanted) { print NR ": " taken > "/dev/stderr"; found = 1 }
        else out = out taken
        code = rest
      }
      print out code
    }
    END { exit !found }'
}

for file in "$@"; do
  "$simulator" "$file" >/dev/null || { echo "$file: does not run as it is"; exit 1; }
  number=1
  while mutant $number <"$file" >"$scratch/mutant.s" 2>"$scratch/removed"; do
    status=0
    "$simulator" "$scratch/mutant.s" >"$scratch/output" 2>&1 || status=$?
    if [ $status -ne 6 ]; then
      echo "$file:$(cat "$scratch/removed"): exit code $status, expected a fault"
      failed=1
    fi
    number=$((number + 1))
  done
  [ $number -gt 1 ] || { echo "$file: no takes found"; failed=1; }
  echo "$file: $((number - 1)) takes removed"
done
exit $failed
