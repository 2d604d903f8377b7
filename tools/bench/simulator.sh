#!/bin/sh
# How fast the simulator is on this host: kernels, instructions a second, whole models.
#
#   tools/bench.sh simulator [--models FOLDER] [--threads N] [--rounds N] [MODEL...]
#
# A build without the compiler measures all but the models. Models are those of tools/models.sh, default
# bert_base, vit_b16 and resnet50, as far as they are exported. The ratio to onnxruntime needs the Python
# environment of tools/dev/venv.sh (or PYTHON); what is missing is skipped and said so. Every figure is a
# median; what is compared is measured in turn.
set -eu

cd "$(dirname -- "$0")/../.."
build=${BENCH_BUILD:-build/release}
sh tools/bench/build.sh simulator_bench neuron-run
echo "host $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors, load $(cut -d ' ' -f 1 /proc/loadavg)"
"$build/bin/simulator_bench" kernels
"$build/bin/simulator_bench" streams tools/bench/simulator/matmul-stream.s tools/bench/simulator/hard-mix.s
python=${PYTHON:-build/venv/bin/python}
command -v "$python" >/dev/null 2>&1 || python=python3
exec "$python" tools/bench/simulator/models.py --bin "$build/bin" "$@"
