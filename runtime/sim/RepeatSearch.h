// Finds out that a walk repeats itself, from states at the heads of loops.
//
// For every depth of the loops of one lane, the anchor, one earlier state is kept and compared
// with what is there each time a loop of that depth begins another iteration. The kept state is
// renewed at the first, second, fourth, eighth of these (Brent): a repetition of any length is
// found after a few times its length, and a walk that does not repeat pays for few states.
// Most states are told apart by the fronts of the lanes alone.
#pragma once

#include "runtime/isa/Isa.h"

#include <array>
#include <cstdint>
#include <vector>

namespace neuron::sim {

/// What a walk does when it has found that it repeats itself. Times do not depend on it; a walk
/// that is observed makes every step.
enum class Repeats : uint8_t { Skip, Walk };

/// Where and how far a walk was when its state was noted.
struct WalkMark {
  std::array<uint64_t, isa::kNumEngines> front{}, steps{};
  uint64_t nextEvent = 0; ///< of the transfers
  std::vector<uint64_t> words;
};

class RepeatSearch {
public:
  static constexpr unsigned kDepths = 8; ///< deeper loops count as the deepest

  /// One depth's state, and when to renew it.
  struct Place {
    WalkMark mark;
    bool isNoted = false;
    uint64_t age = 0, renewAt = 1;
    uint64_t rest = 0, nextRest = 1; ///< looks to leave out after one in vain

    /// Whether the state has to be noted afresh now.
    bool isDue() {
      if (isNoted && ++age < renewAt)
        return false;
      renewAt = isNoted ? 2 * renewAt : 1;
      age = 0;
      return isNoted = true;
    }
    bool isResting() {
      if (rest == 0)
        return false;
      --rest;
      return true;
    }
    void lookedInVain() {
      rest = nextRest;
      nextRest = nextRest < 64 ? 2 * nextRest : nextRest;
    }
    void forget() {
      isNoted = false;
      rest = 0;
      nextRest = renewAt = 1;
    }
  };

  std::array<Place, kDepths> places;
  std::array<uint64_t, kDepths> seen{}; ///< iterations begun by the anchor
  uint64_t seenInAll = 0;
  unsigned anchor = 0;
  unsigned turnsWithout = 0; ///< that the anchor began none
  /// Words of states looked at: half as many as instructions walked, which cost several
  /// times as much, so that a walk that does not repeat takes little longer.
  uint64_t spent = 0;
};

} // namespace neuron::sim
