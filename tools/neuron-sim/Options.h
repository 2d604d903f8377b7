// The command line of neuron-sim.
#pragma once

#include "runtime/sim/Insight.h"
#include "runtime/sim/Machine.h"

#include <string>

namespace neuron::simtool {

enum class ReportKind : uint8_t { Unset, None, Text, Json };

struct Options {
  std::string path;
  bool help = false;
  bool check = false; ///< everything that has to agree, and all expectations
  sim::RunOptions run;
  ReportKind report = ReportKind::Unset;
  std::string reportFile; ///< "" is standard output
  sim::InsightOptions insight;
  uint64_t seed = 0;  ///< of a program's inputs
  uint64_t cores = 0; ///< that share the HBM; 0: as the file says
};

extern const char usage[];

/// Errors: InvalidArgument, naming the argument.
Result<Options> parseOptions(int count, const char *const *arguments);

} // namespace neuron::simtool
