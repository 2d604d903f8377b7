// Triggered transfers that are not done yet, and how each of them is done.
//
// A queue completes its transfers in trigger order. To read early and write late, a transfer's
// source is copied at the trigger into a private segment behind the program's own ones, and
// what remains to be done later are plain copies out of it.
#pragma once

#include "runtime/sim/Core.h"
#include "runtime/sim/Machine.h"

#include <deque>

namespace neuron::sim {

class Transfers {
public:
  Transfers(Core &core, DmaMode mode, uint32_t firstPrivate)
      : core(core), mode(mode), firstPrivate(firstPrivate) {
    core.firstPrivateSegment = firstPrivate;
  }

  /// Takes over a transfer: moves or reads at once what the mode says. `done` is true when
  /// nothing is left, so that its signals fire now.
  Status trigger(unsigned queue, const Issue &issue, bool &done);
  /// Moves the oldest transfer of a queue; its signals are then the caller's business.
  Status completeOldest(unsigned queue, Issue &completed);
  size_t pending(unsigned queue) const { return waiting[queue].size(); }

private:
  struct Transfer {
    Issue issue;
    std::vector<isa::Inst> work; ///< resolved; empty for a transfer that moves nothing
    uint32_t privateSegment = 0; ///< 0: none
  };
  Status readEarly(const Issue &issue, const isa::Inst &inst, Transfer &transfer);
  /// A private segment for `bytes` bytes.
  uint32_t reserve(uint64_t bytes);
  void release(uint32_t segment);

  Core &core;
  DmaMode mode;
  uint32_t firstPrivate;
  std::array<std::deque<Transfer>, isa::kNumQueues> waiting;
  std::vector<std::vector<uint8_t>> buffers; ///< of private segments
  std::vector<uint32_t> free;
};

} // namespace neuron::sim
