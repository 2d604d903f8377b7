#!/bin/sh
# How strict the simulator is with programs that are not right.
#
#   tools/bench.sh strictness waits [MODEL.onnx ...]
#       every wait of ten compiled programs, and of the given models', taken away or lowered by
#       one: each has to fault
#   tools/bench.sh strictness flips [N [SEED]]
#       N (1000000) single bits turned over in programs of less than 64 KiB and signed again, a
#       hundredth as many not signed: refused, faulted or run to an end, and never anything else
#
# Prints counts, and whatever survives or goes wrong with what it takes to repeat it.
set -eu

cd "$(dirname -- "$0")/../.."
kind=${1:-waits}
[ $# -eq 0 ] || shift
sh tools/bench/build.sh neuron-compile mutate_waits flip_bits
out=$BENCH_BUILD/strictness
mkdir -p "$out"
cp test/strict/nets/*.mlir "$out"
head -c 24576 /dev/zero >"$out/weights.bin"
echo '{"base": "trn1", "sbufPartitionBytes": 24576}' >"$out/eighth.json"

# program NAME MODEL FLAG...: compiles it and says what it is called.
program() {
    name=$out/$1.nprog
    model=$2
    shift 2
    "$BENCH_BUILD/bin/neuron-compile" "$model" -o "$name" --no-cache "$@" >&2
    echo "$name"
}

case $kind in
waits)
    programs=$(
        for net in state conv attention; do
            program $net "$out/$net.mlir"
            program $net-bf16 "$out/$net.mlir" --auto-cast matmult --target trn2
        done
        program digits models/digits/digits.onnx
        program digits-bf16 models/digits/digits.onnx --auto-cast matmult
        program digits-eighth models/digits/digits.onnx --target "$out/eighth.json"
        program digits-trn2 models/digits/digits.onnx --target trn2
        number=0
        for model in "$@"; do
            number=$((number + 1))
            program "$number-$(basename "$(dirname "$model")")" "$model"
        done
    )
    # shellcheck disable=SC2086
    "$BENCH_BUILD/unit/mutate_waits" $programs
    ;;
flips)
    # A small memory is quickly made: most of a case's time.
    programs=$(
        for net in state conv attention; do
            program $net-eighth "$out/$net.mlir" --target "$out/eighth.json"
        done
    )
    # shellcheck disable=SC2086
    "$BENCH_BUILD/unit/flip_bits" --signed="${1:-1000000}" --unsigned=$((${1:-1000000} / 100)) \
        --seed="${2:-1}" $programs
    ;;
*)
    echo "strictness: waits or flips, not '$kind'" >&2
    exit 2
    ;;
esac
