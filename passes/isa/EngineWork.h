// How many instructions of an engine lie between two points of a function: what `after` counts.
#pragma once

#include "passes/isa/Sequence.h"

#include <array>

namespace neuron::isa {

class EngineWork {
public:
  explicit EngineWork(const Sequence &sequence);

  /// At least how many instructions of `engine` are executed from child `from` of `region`,
  /// exclusive, to its child `to`, inclusive, `distance` executions of the region later. 1 is the
  /// next instruction. Saturates.
  uint64_t between(uint32_t from, uint32_t to, uint32_t region, int64_t distance,
                   Engine engine) const;

private:
  using Counts = std::array<uint64_t, kNumEngines>;
  std::vector<std::vector<Counts>> before; ///< by region: work before child i; last: in all
};

} // namespace neuron::isa
