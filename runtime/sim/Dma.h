// The DMA subsystem in time: queues in front of engines that are shared.
//
// A queue starts its transfers in order, at most W in flight, a least distance apart. A started
// transfer puts work on the DMA engines that serve its partitions (an engine serves 128 / 16
// partitions; HBM to HBM goes in packets, round robin). An engine splits its rate equally among
// the queues that have work for it and serves one queue's transfers in order. A transfer is done
// when all of its work is, not before the latency has passed since its start; then its place in
// flight is free. It signals when it is done, and not before its last byte has been acknowledged,
// which the latency of a small transfer includes; a queue signals in trigger order.
//
// Work is measured in the time that the engine would need alone. The HBM's rate is split
// equally among the engines: an engine never moves faster than its part, and half of it from
// HBM to HBM. Rings that were built before lie in HBM: a descriptor of every piece comes out of
// the same part. Events are processed in time order and only when asked for; submissions must not
// lie before an event that was processed. Engines that have had the same work since all were
// idle are one class, simulated once: full tiles need one class, others two or three.
#pragma once

#include "runtime/sim/History.h"
#include "runtime/sim/Sequencer.h"
#include "runtime/target/Machine.h"

#include <array>
#include <cstdint>
#include <vector>

namespace neuron::sim {

inline constexpr unsigned kMaxDmaEngines = 128;
inline constexpr uint64_t kNever = UINT64_MAX;

/// What one transfer asks of the engines.
struct DmaLoad {
  bool empty = true;    ///< moves nothing and is done at once
  bool uniform = false; ///< the same work on every engine
  bool rotates = false; ///< packets go round robin from where the last transfer ended
  uint32_t packets = 0; ///< when it rotates
  uint64_t bytes = 0;   ///< moved
  uint64_t pieces = 0;  ///< contiguous on both sides
  uint64_t hbmRead = 0, hbmWritten = 0;
  uint64_t descriptorBytes = 0; ///< of a ring that was built before, fetched from HBM
  uint32_t readSegment = 0, writtenSegment = 0; ///< where these are
  std::vector<uint64_t> work;                   ///< femtoseconds alone, by engine
};

enum class Describe : uint8_t { Before, AtTrigger };

/// The load of a transfer whose operands are resolved. Empty for `queue_signal`.
/// Source: machine model, DMA; hardware notes 4.4 for the least time of a piece, 4.5 for rings.
DmaLoad makeDmaLoad(const isa::Inst &inst, const target::Machine &machine, Describe describe);

struct DmaCompletion {
  uint8_t queue = 0;
  uint64_t number = 0; ///< of the transfer in its queue, from 0
  uint64_t time = 0;   ///< of the signal, not before the event that reports it
  uint64_t triggered = 0, started = 0;
  uint64_t bytes = 0;
  uint64_t done = 0;         ///< its own work: its place in flight was free from here
  uint64_t acknowledged = 0; ///< its last byte, not later than the signal
};

class DmaModel {
public:
  /// `inFlight` by queue; 0: what the machine has.
  void configure(const target::Machine &machine,
                 const std::array<uint8_t, isa::kNumQueues> &inFlight);

  /// Adds a transfer to a queue and returns its number. The load must live until it is done.
  uint64_t submit(unsigned queue, uint64_t time, const DmaLoad &load);

  /// The time of the next event, kNever when all is done.
  uint64_t nextEvent() const;
  /// Processes the next event, at `time`; completions are appended in signal order.
  void process(uint64_t time, std::vector<DmaCompletion> &completions);

  uint64_t submitted(unsigned queue) const { return queues[queue].transfers.end(); }
  uint64_t signalled(unsigned queue) const { return queues[queue].transfers.begin(); }
  bool idle() const { return nextEvent() == kNever; }

  uint64_t activeTime() const { return active; } ///< at least one engine has work

  /// What decides the events to come: a new member has to be listed there (RepeatState.cpp).
  void visit(StateReader &reader);

private:
  struct Queue;
  struct EngineClass;
  void visitQueue(StateReader &reader, unsigned queue);
  void visitClass(StateReader &reader, unsigned engineClass);

  struct Transfer {
    const DmaLoad *load = nullptr;
    uint64_t triggered = 0, started = 0;
    uint64_t done = kNever; ///< known when all its work is done
    uint64_t signal = 0;    ///< not before `done`
    uint32_t classesLeft = 0;
    bool released = false; ///< its place in flight is free again
  };
  struct Queue {
    History<Transfer> transfers; ///< begin: the oldest that has not signalled
    uint64_t next = 0;           ///< to start
    unsigned inFlight = 0, most = 1;
    uint64_t lastStart = 0;
    bool startedAny = false;
    uint64_t slotFree = 0;
    uint64_t lastSignal = 0;
  };
  struct Job {
    uint64_t left = 0; ///< in 1/64 femtoseconds alone
    uint64_t transfer = 0;
  };
  /// Engines that are in the same state.
  struct EngineClass {
    std::array<History<Job>, isa::kNumQueues> jobs;
    uint32_t busy = 0; ///< queues with work
    unsigned sharers = 0;
    uint64_t since = 0; ///< the heads' `left` are as of this time
  };

  void planStart(unsigned queue);
  void planRelease(unsigned queue);
  void start(unsigned queue);
  unsigned addWorkByEngine(unsigned queue, uint64_t transfer, const DmaLoad &load);
  unsigned split(unsigned from);
  void addWork(unsigned engineClass, unsigned queue, uint64_t transfer, uint64_t work);
  void serveUntil(EngineClass &engines, uint64_t time);
  void plan(unsigned engineClass);
  void finishWork(unsigned engineClass);
  void release(unsigned queue, std::vector<DmaCompletion> &completions);

  std::array<Queue, isa::kNumQueues> queues;
  /// When something can happen, side by side because every event looks at all of them: the
  /// next start and the next free place by queue, the end of the next job by class.
  std::array<uint64_t, isa::kNumQueues> startAt{}, releaseAt{};
  std::array<uint64_t, kMaxDmaEngines> nextDone{};
  uint32_t pending = 0;             ///< queues with transfers that have not signalled
  std::vector<EngineClass> classes; ///< of them the first `numClasses` are in use
  unsigned numClasses = 1, busyClasses = 0;
  std::vector<uint8_t> classOf; ///< by engine
  unsigned nextEngine = 0;
  uint64_t now = 0, latency = 0, issue = 0, acknowledge = 0;
  uint64_t active = 0, activeSince = 0;
};

} // namespace neuron::sim
