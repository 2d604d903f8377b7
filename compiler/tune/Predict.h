// How long a program will take: a walk of the written file in time, without values.
#pragma once

#include "runtime/base/Status.h"

#include <string>

namespace neuron::tune {

/// The latency of the program file on its own machine, without the launch. No weight is read.
/// Units: microseconds.
/// Errors: Malformed for a program that does not load; Fault where time cannot be told without
/// values, or the program faults; each with the runtime's reason.
/// Cost: one simulation of time.
Result<double> predictLatency(const std::string &program);

} // namespace neuron::tune
