// The chain of instructions, transfers and waits that decided how long a program took.
//
// An observer that follows the rules of the walk with a cause beside every time: where the walk
// takes the latest of several times, it takes that one's cause too; where the walk adds a
// duration, it adds a stretch with its layer and its cause (CauseTree.h). So at the end the
// causes behind the last event say where the latency comes from, and add up to it exactly.
// Where several times are equally late the first in this order counts: the stream's own
// sequencer, its engine, what `after` names, ports, the queue.
//
//   LayerIndex index(image);
//   CriticalPath path(image, index);
//   options.observer = &path;               // of a walk in time
//   ... path.finish(result.end);
//
// What another queue's transfers take from a shared DMA engine counts as bandwidth of the
// transfer that waits for it. Every time is compared with the walk's own; a difference is an
// error of finish(), so that this second account of the rules checks the first.
//
// Memory: in proportion to what is in flight, not to the length of the program.
#pragma once

#include "runtime/sim/CauseTree.h"
#include "runtime/sim/Costs.h"
#include "runtime/sim/History.h"
#include "runtime/sim/LayerIndex.h"
#include "runtime/sim/PathAccount.h"
#include "runtime/sim/Timing.h"

#include <memory>
#include <vector>

namespace neuron::sim {

class CriticalPath : public TimeObserver {
public:
  /// Refers to both. Of a transfer that ran on a record, the rows change nothing.
  CriticalPath(const Image &image, LayerIndex &index);

  void instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd,
                   uint64_t complete) override;
  void control(const Issue &issue, uint64_t complete) override;
  void transfer(const Place &trigger, const DmaCompletion &completion) override;

  /// Errors: Internal where the causes do not add up to `end`, the walk's latency.
  Status finish(uint64_t end, PathAccount &account);
  /// How many nodes the tree has now, and from how many on it is compacted; for tests.
  size_t nodes() const { return tree.size(); }
  void setLimit(size_t nodes) { tree.setLimit(nodes); }

private:
  /// A time and its cause.
  struct Moment {
    uint64_t time = 0;
    CauseTree::Node node = CauseTree::kRoot;
  };
  static void take(Moment &latest, const Moment &other) {
    if (other.time > latest.time)
      latest = other;
  }
  static constexpr unsigned kAfterRing = 16;
  struct Stream {
    Costs costs;
    Moment front, engineFree, lastStart, readDone, done, planeFree, weightsReady;
    bool weightsFresh = false;
    bool isUsed = false;
    std::vector<Moment> starts; ///< of the last instructions that fit into the queue
    std::array<Moment, kAfterRing> dones;
  };
  struct Semaphore {
    History<Moment> at;
    std::array<uint64_t, isa::kNumEngines> passed{};
  };
  struct Trigger {
    Moment moment;
    uint32_t layer = 0;
    Cause rate = Cause::EngineRate;
    bool isEmpty = false;
    const isa::Inst *inst = nullptr;
    std::array<bool, 2> fires{};
  };
  struct Queue {
    History<Trigger> triggers;
    History<Moment> ended; ///< work done, by transfer
    History<Moment> signalled;
    Moment lastStart, lastWork;
    bool hasWorked = false;
  };

  Moment after(const Moment &moment, uint32_t layer, Cause cause, uint64_t duration) {
    uint32_t key = layer * kNumCauses + static_cast<uint32_t>(cause);
    return {moment.time + duration, tree.add(moment.node, key, duration)};
  }
  void expect(uint64_t mine, uint64_t walks);
  void dispatch(Stream &stream, const Issue &issue, const CostRow &row, uint32_t layer);
  void handleWaits(Stream &stream, const Issue &issue, uint32_t layer);
  void passBarrier(Stream &stream, const Issue &issue, uint32_t layer);
  Moment requestOf(const Stream &stream, const Issue &issue, const CostRow &row, uint32_t layer);
  void startOn(Stream &stream, const Issue &issue, const CostRow &row, uint32_t layer,
               const Moment &at);
  void trigger(const Issue &issue, const CostRow &row, uint32_t layer, const Moment &at);
  Moment startOf(const Queue &queue, const Trigger &trigger, const DmaCompletion &completion);
  void signal(const Issue &issue, const Moment &read, const Moment &complete);
  Cause rateOf(const Issue &issue, const CostRow &row) const;
  void compact();
  CostRow rowOf(Stream &stream, const Issue &issue);

  const Image &image;
  const target::Machine machine;
  LayerIndex &index;
  CauseTree tree;
  std::array<Stream, isa::kNumEngines> streams;
  std::array<Semaphore, isa::kNumSemaphores> semaphores;
  std::array<Queue, isa::kNumQueues> queues;
  std::array<Moment, kNumPorts> portFree;
  Moment latest;            ///< the last signal of a transfer
  Moment barrier;           ///< where the streams that stand at one go on
  unsigned barrierLeft = 0; ///< streams that have not passed it
  uint64_t semaphoreTime, waitTime;
  bool differs = false;
  uint64_t differsAt = 0;
};

} // namespace neuron::sim
