// Proves that a synchronised sequential program has neither races nor deadlocks.
//
// Nothing is taken from InsertSync: what a stream knows is derived from the takes, signals,
// `after`s and barriers that stand in the program. In one execution of a region's body every
// semaphore gives as often as it is taken, so that take k of execution i gets token i * n + k,
// and with c credits that token is the give of number i * n + k - c, counted from the same
// execution: forward edges, carried edges and their distance follow. A give of the same
// execution has to stand before its take, else nobody may ever give it. Then every pair of
// conflicting accesses is looked at, forward and at the smallest distance at which it meets:
// the later one's stream has to know that the earlier one is done.
//
// The rules that make this provable are stricter than the machine's: constant gives and takes
// in every body, unconditional signals, no semaphore in two regions that are open at once.
#pragma once

#include "passes/isa/Footprints.h"

#include <string>

namespace neuron::isa {

struct SyncProblem {
  static constexpr uint32_t kNoChild = 0xffffffff;
  std::string what;
  uint32_t region = 0, child = kNoChild; ///< kNoChild: the region itself
  uint32_t otherChild = kNoChild;        ///< of the same region: the other party
};

/// The problems of one function, at most `limit`. `program`: every transfer has to be waited for
/// at its end. Cost: linear but for pairs of accesses that lie near each other.
std::vector<SyncProblem> verifySync(const Sequence &sequence, const FunctionAccesses &accesses,
                                    const std::array<uint32_t, kNumSemaphores> &credits,
                                    bool program, size_t limit);

} // namespace neuron::isa
