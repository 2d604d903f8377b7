// How long a program takes: every stream runs until it waits for something whose time is not
// known yet.
//
// A semaphore is the list of the times of its increments. A stream that waits for an increment
// that exists takes its time from the list, even when that lies in the future of others; only
// transfers and port locks need events in the order of time, and when every stream stands, the
// earliest of these can be processed, because nobody can cause anything earlier any more.
//
// A sequencer handles one instruction a cycle, pays for waits, loop ends and branches that leave
// its fetch buffer, and runs ahead of its engine by a queue. An instruction starts when it has
// entered the queue, the engine's interval is over, the result that `after` names is complete,
// and its ports are free. It has read its inputs after its columns, it is complete after its
// latency; both retire in order. The TensorE fills its spare plane of weights while a matmul
// runs.
//
// What has to hold before: the program passed checkRaces. Source: machine model.
#pragma once

#include "runtime/sim/Image.h"
#include "runtime/sim/Record.h"

#include <array>
#include <cstdint>

namespace neuron::sim {

struct DmaCompletion;

/// Sees the times of everything that happens. Units: femtoseconds from the program's begin.
class TimeObserver {
public:
  virtual ~TimeObserver() = default;
  /// Whether the operands of an issue have to have addresses, which the time does not need.
  virtual bool needsAddresses() const { return false; }
  /// An instruction of an engine; of a transfer the trigger alone.
  virtual void instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd,
                           uint64_t complete) = 0;
  /// A control instruction that the sequencer has finished.
  virtual void control(const Issue &issue, uint64_t complete) = 0;
  /// A transfer that has signalled; `trigger` is its instruction.
  virtual void transfer(const Place &trigger, const DmaCompletion &completion) = 0;
  /// The sequencer stood before an instruction until its semaphores were there.
  virtual void wait(const Issue &issue, uint64_t begin, uint64_t end) {}
};

struct TimeOptions {
  /// Loaded registers of a run with values; null: the program's bounds stand for them.
  const ControlRecord *record = nullptr;
  uint64_t maxSteps = 0;  ///< instructions over all streams; 0: no bound
  uint64_t maxCycles = 0; ///< of the base clock; 0: the image's bound
  TimeObserver *observer = nullptr;
  Repeats repeats = Repeats::Skip;
};

struct EngineTime {
  uint64_t instructions = 0; ///< issued by the sequencer, control included
  uint64_t executed = 0;     ///< started on the engine
  uint64_t busy = 0;         ///< sum of intervals
  uint64_t active = 0;       ///< union of [start, complete]
  uint64_t end = 0;          ///< the last thing that the stream did
  uint64_t semaphoreWait = 0;
  uint64_t portWait = 0;
  uint64_t queueWait = 0; ///< for a place in a full DMA queue
  uint64_t fetchWait = 0;
};

struct DmaTime {
  uint64_t transfers = 0, bytes = 0, pieces = 0;
  uint64_t hbmRead = 0, hbmWritten = 0;
  uint64_t descriptorBytes = 0; ///< of rings that were built before; not in hbmRead
  std::array<uint64_t, kNumSegmentRoles> readOf{}, writtenOf{}; ///< the same by SegmentRole
  uint64_t active = 0;                                          ///< at least one engine has work
};

struct TimeResult {
  Fault fault;
  uint64_t end = 0; ///< launch not included
  uint64_t launch = 0;
  std::array<EngineTime, isa::kNumEngines> engine{};
  DmaTime dma;
  uint64_t flops = 0; ///< of the TensorE
  uint64_t instructions = 0;
  uint64_t skipped = 0; ///< of these, in repetitions that were not walked
};

/// Success with a raised fault is a verdict. Errors: InvalidArgument when a register load has
/// neither a recorded value nor a bound. Units: femtoseconds.
Status walkTime(const Image &image, const TimeOptions &options, TimeResult &result);

} // namespace neuron::sim
