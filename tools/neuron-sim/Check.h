// What has to hold of one file: equal bytes in every order, and its own expectations.
#pragma once

#include "runtime/sim/Report.h"
#include "tools/neuron-sim/Options.h"
#include "tools/neuron-sim/Subject.h"

namespace neuron::simtool {

/// Runs once as the options say. Errors: those of Simulator::run; with `expectations`, Mismatch
/// when expected values, times or faults do not come.
Status runOnce(Subject &subject, const Options &options, sim::Report &report);

/// Runs late (audited, with time and expectations), early-read, early, and the sequential form
/// when there is one. Errors: Mismatch, naming tensor, byte and order; Internal from the audit.
Status checkAll(Subject &subject, const Options &options, sim::Report &report);

} // namespace neuron::simtool
