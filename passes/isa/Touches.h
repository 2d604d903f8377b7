// The accesses of a region's children, by whoever must be waited for when they are done.
#pragma once

#include "passes/isa/Footprints.h"

namespace neuron::isa {

struct Touch {
  uint32_t footprint = 0;
  uint32_t child = 0;
  Agent agent = 0;
  Engine stream = Engine::Sync;
  bool write = false;
  bool product = false; ///< destination of a matmul
  bool accumulates = false;
  bool sequencer = false; ///< a register load or store: over when the stream goes on
  /// Of a loop's touch: streams whose knowledge at the loop's entry its stream has by then.
  uint8_t heard = 0;
  /// The same, of the entry of the region that the child stands in; whoever walks it says so.
  uint8_t heardHere = 0;

  /// Equal for touches that differ only in their child.
  uint64_t likeness() const {
    return uint64_t(footprint) << 16 | uint64_t(agent) << 8 | sequencer << 3 | accumulates << 2 |
           product << 1 | write;
  }
};

/// True if the first was made by the engine or the sequencer of the second's stream.
inline bool ofOneStream(const Touch &first, const Touch &second) {
  return !isQueue(first.agent) && first.stream == second.stream;
}

/// True if nothing needs to order the second after the first, when it comes later in the
/// program: both read, or the machine does it by itself.
bool machineOrders(const Touch &first, const Touch &second);

struct RegionTouches {
  std::vector<Touch> all;        ///< sorted by child
  std::vector<uint32_t> first;   ///< by child: its first touch; and the end
  std::vector<int32_t> lastWork; ///< by agent: the last child that has work of it, or -1

  /// The first touch of each likeness, which has heard least, as a touch of a loop.
  std::vector<Touch> kinds() const;
};

/// `inner[r]`: the kinds of region r, for the loops of this one.
RegionTouches collectTouches(const Sequence &sequence, const FunctionAccesses &accesses,
                             uint32_t region, const std::vector<std::vector<Touch>> &inner);

} // namespace neuron::isa
