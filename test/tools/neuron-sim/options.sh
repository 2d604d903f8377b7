#!/bin/sh
# Every option of neuron-sim on a program in assembly: what it prints, and its exit status.
#
#   options.sh NEURON_SIM SOURCE_ROOT
set -u
bin=$1
pipelined=$2/test/sim/pipelined-matmul.s
sequential=$2/test/sim/sequential.s
failed=0

# expect STATUS PATTERN ARGUMENTS...: runs neuron-sim and looks for the pattern in what it prints.
expect() {
    status=$1
    pattern=$2
    shift 2
    out=$("$bin" "$@" 2>&1)
    got=$?
    if [ "$got" -ne "$status" ] || ! printf '%s\n' "$out" | grep -q -- "$pattern"; then
        echo "neuron-sim $*: status $got, expected $status and '$pattern' in: $out"
        failed=1
    fi
}

# The lines say "neuron-sim" for the coverage check, which reads them.
expect 0 'usage: neuron-sim' --help                                     # neuron-sim --help
expect 2 'unknown option' --frobnicate "$pipelined"
expect 0 '"latency_us"' --report=json --mode=time "$pipelined"          # neuron-sim --report --mode
expect 0 'trn1: ' --report=text --cores=2 "$pipelined"                  # neuron-sim --cores
expect 0 '' --dma=early --mode=values "$pipelined"                      # neuron-sim --dma
expect 0 '' --dma=early-read --mode=values "$pipelined"
expect 2 '' --dma=sometimes "$pipelined"
expect 6 'timeout' --max-cycles=10 "$pipelined"                         # neuron-sim --max-cycles
expect 6 'more than 10 instructions' --max-steps=10 "$pipelined"        # neuron-sim --max-steps
expect 2 'expected a number' --max-steps=many "$pipelined"
expect 0 'trn1: ' --report=text --repeats=walk "$pipelined"             # neuron-sim --repeats
expect 2 'skip or walk' --repeats=some "$pipelined"
expect 0 '' --sequential "$sequential"                                  # neuron-sim --sequential
expect 2 'no sequential form' --sequential "$pipelined"

# Inputs of a program follow from the seed: the report of a program whose time does not depend on
# values is the same, and a seed that is no number is refused.
expect 0 '' --seed=7 --report=none "$pipelined"                         # neuron-sim --seed
expect 2 'expected a number' --seed=x "$pipelined"

# Where the time went.
expect 0 'us   part  tensor us' --report --layers "$pipelined"           # neuron-sim --layers
expect 0 'critical path' --report --critical-path "$pipelined"          # neuron-sim --critical-path
expect 0 '"by_resource": {' --report=json --critical-path --check "$pipelined"
expect 0 'SBUF     at most' --report --memory-map "$pipelined"           # neuron-sim --memory-map
expect 2 'nothing to look at' --critical-path --mode=values "$pipelined"

# Against an earlier report: this program against itself, and files that are none.
then=$(mktemp)
trap 'rm -f "$then"' EXIT
expect 0 '' --report=json="$then" --mode=time --layers --critical-path "$pipelined"
expect 0 'unchanged: us by layer' --report --mode=time --compare="$then" "$pipelined"  # neuron-sim --compare
expect 0 '"comparison": {' --report=json --mode=time --compare="$then" "$pipelined"
expect 2 'nothing to look at' --mode=values --compare="$then" "$pipelined"
expect 65 'no JSON' --compare="$pipelined" "$pipelined"
expect 66 'no-such-report' --compare=no-such-report.json "$pipelined"
echo '{"latency_us": 1, "report_version": 99}' > "$then"
expect 3 'a report of version 99' --compare="$then" "$pipelined"

exit $failed
