// How many instructions of an engine lie between two points of a function: what `after` counts.
#pragma once

#include "passes/isa/Sequence.h"

#include <array>

namespace neuron::isa {

class EngineWork {
public:
  explicit EngineWork(const Sequence &sequence);

  /// Child of its region that holds the instruction.
  uint32_t childOf(uint32_t inst) const { return instChild[inst]; }
  uint32_t regionOf(uint32_t inst) const { return instRegion[inst]; }
  /// Child of its parent that is the region's loop.
  uint32_t loopChild(uint32_t region) const { return regionChild[region]; }

  /// At least how many instructions of `engine` are executed from instruction `from`, exclusive,
  /// to child `to` of `region`, inclusive, `distance` executions of the region later; `from` lies
  /// in `region`. 1 is the next instruction. Saturates.
  uint64_t between(uint32_t from, uint32_t to, uint32_t region, int64_t distance,
                   Engine engine) const;

private:
  using Counts = std::array<uint64_t, kNumEngines>;
  const Sequence &sequence;
  std::vector<uint32_t> instChild, instRegion, regionChild;
  std::vector<std::vector<Counts>> before; ///< by region: work before child i; last: in all
};

} // namespace neuron::isa
