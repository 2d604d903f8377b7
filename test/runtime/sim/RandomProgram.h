// Seeded random programs that are correct by construction, and their mutants.
//
// A program is a chain of stages in a loop nest: a load, compute stages on random engines, a
// store. Between two stages lies a buffer of one to three slots. Stages on different streams
// hand slots over with a pair of semaphores (full, free), stages on the same stream with
// `after`. Layouts interleave columns, so that ranges of different buffers overlap while their
// bytes do not. A mutant takes one piece of the synchronisation away, or weakens it.
#pragma once

#include "test/runtime/sim/StreamBuilder.h"

#include <random>

namespace neuron::sim::testing {

struct RandomProgram {
  std::array<std::vector<Inst>, isa::kNumEngines> code;
  std::array<uint32_t, isa::kNumSemaphores> initial{};
  uint32_t inputBytes = 0, outputBytes = 0; ///< of segments 0 and 1
  std::string description;

  /// An image of the program; `builder` keeps the instructions.
  void build(StreamBuilder &builder) const;
};

RandomProgram makeRandomProgram(uint32_t seed);

struct Mutant {
  RandomProgram program;
  std::string what;
};

/// Every single weakening of the program.
std::vector<Mutant> makeMutants(const RandomProgram &program);

} // namespace neuron::sim::testing
