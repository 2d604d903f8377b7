// One invocation of neuron-run: a loaded program, its runs and their results.
#pragma once

#include "tools/neuron-run/Options.h"

namespace neuron::run {

/// Loads, runs, compares, writes, reports.
/// Errors: those of every part; the code decides the exit status of the tool.
Status runProgram(const Options &options);

} // namespace neuron::run
