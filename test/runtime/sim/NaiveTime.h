// A second opinion on time: every stream's instructions are known beforehand, and whatever can
// happen earliest happens next, one thing at a time, engine by engine.
#pragma once

#include "runtime/sim/Timing.h"

namespace neuron::sim::testing {

struct NaiveTimes {
  uint64_t end = 0;
  bool stuck = false;
  std::array<std::vector<uint64_t>, isa::kNumEngines> starts;   ///< of engine instructions
  std::array<std::vector<uint64_t>, isa::kNumQueues> transfers; ///< signals
};

/// No barriers, no registers from memory, no signals of control instructions.
NaiveTimes timeNaively(const Image &image);

} // namespace neuron::sim::testing
