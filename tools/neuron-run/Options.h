// The command line of neuron-run as plain values.
#pragma once

#include "runtime/base/Status.h"
#include "runtime/sim/Insight.h"
#include "runtime/sim/Machine.h"
#include "tools/neuron-run/Compare.h"

#include <string>
#include <vector>

namespace neuron::run {

/// "name=value" as given.
struct NamedValue {
  std::string name, value;
};

enum class ReportForm : uint8_t { None, Text, Json };

struct Options {
  std::string program;
  std::vector<NamedValue> inputs, expected, labels;
  Tolerance tolerance;
  std::string outputFolder; ///< "" : outputs are not written
  uint32_t runs = 1;
  sim::Mode mode = sim::Mode::ValuesAndTime;
  std::vector<sim::DmaMode> dma = {sim::DmaMode::Late}; ///< every run once in each
  bool sequential = false;
  uint64_t maxCycles = 0; ///< 0: the program's bound
  unsigned threads = 0;   ///< of the host; 0: one for each of its processors
  ReportForm report = ReportForm::Text;
  std::string reportFile; ///< "" : standard output
  std::string traceFile;  ///< "" : no trace
  std::string plotFile;   ///< "" : no picture of the memories
  sim::InsightOptions insight;
};

/// Reads the command line. `help` gets the text to print instead of running, when asked for.
/// Errors: InvalidArgument.
Result<Options> parseOptions(int argc, const char *const *argv, std::string &help);

} // namespace neuron::run
