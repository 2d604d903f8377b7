#!/bin/sh
# Hold the models of models/ to their bounds: values in both cast modes, times against the floor, counts.
#
#   tools/models.sh [MODEL...] [--quick]      default: all; models/check.py says what is checked
#
# Builds the commands, makes the Python environment (tools/dev/venv.sh) and exports what is missing into
# build/models, about 4 GB for all. The last line counts the bounds: "N met, N missed".
set -eu

cd "$(dirname -- "$0")/.."
jobs=${JOBS:-$(nproc)}
build=build/release

sh tools/dev/setup.sh
sh tools/dev/venv.sh
{
    [ -f "$build/build.ninja" ] || cmake --preset release
    cmake --build "$build" -j "$jobs" --target neuron-compile neuron-run neuron-objdump
} >"$build.models.log" 2>&1 || {
    tail -n 40 "$build.models.log"
    exit 1
}
exec build/venv/bin/python models/check.py "$@"
