// One stream in time: its sequencer, the queue in front of its engine, its engine.
#pragma once

#include "runtime/sim/Costs.h"
#include "runtime/sim/Timing.h"

namespace neuron::sim {

/// What keeps a lane from going on.
enum class LaneState : uint8_t {
  Ready,
  Semaphore, ///< an increment whose time is not known
  Ports,     ///< asked at `request`
  QueueFull, ///< the completion of `slotTransfer`
  Barrier,
  Ended,
};

struct Lane {
  Lane(const StreamCode &code, const target::Machine &machine, uint16_t described,
       Addresses addresses);

  /// When the instruction could start, apart from ports and DMA queues.
  uint64_t readyTime(const Issue &issue, const CostRow &row) const;
  /// The instruction starts; its completion is `done` afterwards.
  void start(const Issue &issue, const CostRow &row, uint64_t time);
  /// Costs of a branch that leaves the fetch buffer.
  void fetch(const Issue &issue, const CostRow &row);
  /// What decides when things happen (RepeatState.cpp); true when the lane did something since.
  bool visit(StateReader &reader);
  uint64_t steps() const { return time.instructions + time.executed; }

  Sequencer sequencer;
  Costs costs;
  LaneState state = LaneState::Ready;
  bool pending = false;         ///< an issued instruction has not started yet
  const CostRow *row = nullptr; ///< of it
  CostRow resolved;             ///< what `row` is when it depends on the issue
  uint64_t request = 0;         ///< when it could start
  uint64_t slotTransfer = 0;

  uint64_t front = 0;      ///< the sequencer is free
  uint64_t engineFree = 0; ///< of the TensorE: the array
  uint64_t lastStart = 0;
  uint64_t readDone = 0, done = 0;
  uint64_t planeFree = 0, weightsReady = 0;
  bool weightsFresh = false; ///< loaded and not multiplied with yet
  uint64_t fetchLow = 0;     ///< code address from which the fetch buffer is filled
  uint64_t activeEnd = 0;
  EngineTime time;

private:
  static constexpr unsigned kAfterRing = 16;
  std::vector<uint64_t> starts; ///< of the last instructions, a power of two
  uint64_t depth;               ///< of the queue
  std::array<uint64_t, kAfterRing> dones{};
  uint64_t fetchBytes, fetchTime, afterTime;
};

} // namespace neuron::sim
