// Report: what a run of the compiler measured, as JSON.
//
// Every key of the documented set is always there; what the run did not reach is null.

#ifndef NEURON_COMPILER_DRIVER_REPORT_H
#define NEURON_COMPILER_DRIVER_REPORT_H

#include "runtime/target/Floor.h"

#include "llvm/ADT/StringRef.h"
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
}

namespace neuron::driver {

/// An op that reads from device memory what its producer had on chip, and why.
struct NotFused {
  std::string op, layer, reason;
};

class Report {
public:
  Report();

  /// Ends the running phase, if any, and begins another.
  void beginPhase(llvm::StringRef name);
  /// Ends the running phase.
  void endPhase();

  /// A phase that somebody else has timed.
  void addPhase(llvm::StringRef name, double seconds) { phases.push_back({name.str(), seconds}); }

  void write(llvm::raw_ostream &out) const;

  std::string model, target;
  std::map<std::string, uint64_t> ops;         ///< nn op -> count
  std::map<std::string, uint64_t> unsupported; ///< ONNX operator -> nodes
  std::vector<NotFused> notFused;
  std::optional<uint64_t> distinctBlocks, fallbackOps, valuesOnChip, staticInstructions, programBytes,
      weightBytes;
  bool cached = false; ///< the program came from the cache, and steps were left out
  std::optional<double> predictedLatencyUs;
  std::string notPredicted; ///< why there is no prediction, "" where there is one
  std::optional<target::Floor> floor;
  int exitStatus = 0;

private:
  using Clock = std::chrono::steady_clock;
  struct Phase {
    std::string name;
    double seconds;
  };

  std::vector<Phase> phases;
  std::string running;
  Clock::time_point started, phaseStarted;
  uint64_t peakAnonymousBytes = 0;
};

} // namespace neuron::driver

#endif
