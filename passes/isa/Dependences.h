// Whether two accesses can touch a common byte, at which distance of the loop around them.
//
// Let L be the innermost region that holds both. At distance 0 both run in the same iteration of
// L: positions of L and of loops around it cancel, those of loops inside are free. At distance
// g >= 1 the second runs g executions of L's body after the first, where executions are counted
// over all entries of L: within one entry L's counter moves by g and the loops around cancel;
// across entries some loop M around L moves on, what is between M and L is free, and a slot
// of L's own has still moved by g modulo its period. Counting over all entries is what a
// semaphore does that starts with g credits, so one distance orders a pair for good.
//
// A loop whose iterations set slots anew ends this: behind it a slot's position says nothing
// about executions, and every pair would meet at distance 1. There L looks only at its
// executions within one iteration of that loop, and the loop itself orders its children, each
// against itself too, from iteration to iteration.
//
// Worked example: x has 3 slots of 1024 bytes. A writer of x at factor 1024 * s, a reader at the
// same: distances 1 and 2 move the address by a slot or two, distance 3 meets.
#pragma once

#include "passes/isa/Footprints.h"

#include <optional>

namespace neuron::isa {

/// Beyond this a distance is not looked for: a smaller one is always safe, and this many
/// iterations in flight are enough.
inline constexpr int64_t kMaxDistance = 16;

class Dependences {
public:
  Dependences(const Sequence &sequence, const FunctionAccesses &accesses);

  /// True if an iteration of `region` sets a rotating slot to a constant before loops inside
  /// rotate it.
  bool renewsSlots(uint32_t region) const { return renews[region]; }

  /// True if the accesses may meet in one iteration of `region`, their innermost common region.
  bool meet(uint32_t a, uint32_t b, uint32_t region) const;

  /// The smallest distance g >= 1 at which footprint b, g executions of `region` after footprint
  /// a, may meet it; none if it never does. Cost: at most kMaxDistance * loop depth tests.
  std::optional<int64_t> distance(uint32_t a, uint32_t b, uint32_t region) const;

  /// True if `cover`, a footprint of one child of `region`, has all bytes of `f`, one of another
  /// child, in the same iteration.
  bool covers(uint32_t cover, uint32_t f, uint32_t region) const;

  const Footprint &at(uint32_t footprint) const { return accesses.footprints[footprint]; }
  /// Cheap: could they ever meet?
  bool near(const Footprint &a, const Footprint &b) const {
    return a.space == b.space && a.segment == b.segment && a.low < b.high && b.low < a.high &&
           a.firstPartition < b.endPartition && b.firstPartition < a.endPartition;
  }

private:
  struct Relation;
  class Difference;
  bool meetAt(const Footprint &a, const Footprint &b, const Relation &relation) const;
  bool meetAtDistance(const Footprint &a, const Footprint &b, uint32_t region, int64_t g,
                      bool orMore) const;
  bool same(const Variable &variable, const Relation &relation) const;

  const Sequence &sequence;
  const FunctionAccesses &accesses;
  std::vector<bool> renews; ///< by region
};

} // namespace neuron::isa
