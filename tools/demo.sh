#!/bin/sh
# From a clone to a result: installs what is missing, builds the compiler and the runtime, compiles
# the digits classifier and runs its 360 held-out images on the simulated machine. Where Debian's
# python3-torch is installed already, the same for a ResNet-50 with seeded weights.
#
#   tools/demo.sh           JOBS=N limits the compile jobs (default: the cores)
#
# A second run builds only what changed. Nothing is written outside build/.
set -eu

cd "$(dirname -- "$0")/.."
jobs=${JOBS:-$(nproc)}
build=build/release
digits=models/digits

say() { printf '\n== %s\n' "$*"; }

sh tools/dev/setup.sh

say "building the compiler and the runtime (log: $build/demo.log)"
mkdir -p "$build"
{
    [ -f "$build/build.ninja" ] || cmake --preset release
    cmake --build "$build" -j "$jobs" --target neuron-compile neuron-run neuron-objdump
} >"$build/demo.log" 2>&1 || {
    tail -n 40 "$build/demo.log"
    exit 1
}

say "compiling $digits/digits.onnx"
"$build/bin/neuron-compile" "$digits/digits.onnx" -o "$build/digits.nprog" --report "$build/digits.json"
ls -l "$build/digits.nprog" | awk '{ print $9 ": " $5 " bytes" }'

say "classifying the 360 held-out images on the simulated machine"
"$build/bin/neuron-run" "$build/digits.nprog" --repeat 360 \
    --input image="$digits/images.npy" \
    --expect logits="$digits/logits.npy" --atol 1e-3 --rtol 1e-3 \
    --labels logits="$digits/labels.npy"

/usr/bin/python3 -c 'import torch, numpy' 2>/dev/null || exit 0
resnet=$build/resnet50
say "exporting ResNet-50's structure, with seeded weights, from PyTorch (log: $build/demo.log)"
[ -f "$resnet/resnet50.onnx" ] ||
    /usr/bin/python3 models/zoo/plain_resnet50.py "$resnet" >>"$build/demo.log" 2>&1 || {
    tail -n 20 "$build/demo.log"
    exit 1
}

say "compiling $resnet/resnet50.onnx"
"$build/bin/neuron-compile" "$resnet/resnet50.onnx" -o "$build/resnet50.nprog" --report "$build/resnet50.json"
ls -l "$build/resnet50.nprog" | awk '{ print $9 ": " $5 " bytes" }'

say "running it on one image; PyTorch's logits are what is expected"
"$build/bin/neuron-run" "$build/resnet50.nprog" --input image="$resnet/image.npy" \
    --expect logits="$resnet/logits.npy" --atol 1e-3 --rtol 1e-3
