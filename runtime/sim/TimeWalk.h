// The walk in time as one object: lanes, transfers, semaphores, results.
//
// Timing.cpp moves it; RepeatSearch.cpp finds that it repeats itself and moves it many turns at
// once. What a member is to a repetition says `visit` (StateVisit.h tells the kinds apart).
#pragma once

#include "runtime/sim/Dma.h"
#include "runtime/sim/History.h"
#include "runtime/sim/Lane.h"
#include "runtime/sim/RegisterSource.h"
#include "runtime/sim/RepeatSearch.h"

#include <memory>

namespace neuron::sim {

class TimeWalk {
public:
  TimeWalk(const Image &image, const TimeOptions &options, TimeResult &result)
      : image(image), machine(target::sharedBy(*image.machine, image.cores)), options(options),
        result(result), registers(image, options.record) {}

  Status run();

private:
  void prepare();
  void prepareSemaphore(unsigned sem);
  bool canGoOn(const Lane &lane) const;
  void goOn(unsigned s);
  bool issueNext(unsigned s);
  void handleWaits(unsigned s, const Issue &issue);
  uint64_t timeOf(unsigned sem, unsigned s, uint64_t number);
  void finishControl(unsigned s, const Issue &issue);
  bool tryStart(unsigned s);
  bool hasQueuePlace(Lane &lane);
  bool portsGranted(unsigned s) const;
  uint64_t earliestRequest(unsigned s) const;
  void startNow(unsigned s);
  void countHbm(const DmaLoad &load);
  void signal(const Issue &issue, uint64_t read, uint64_t complete);
  bool processEvent();
  void complete(const DmaCompletion &completion);
  bool passBarrier();
  void lookForRepeats();
  void chooseAnchor();
  bool skipRepeats(RepeatSearch::Place &place);
  WalkMark here() const;
  void visit(StateReader &reader);
  void visitPile(StateReader &reader, unsigned sem, uint64_t change);
  void visitSemaphore(StateReader &reader, unsigned sem);
  void visitQueue(StateReader &reader, unsigned queue);
  void visitCounts(StateReader &reader);
  void refuse(FaultKind kind, const Place &place, uint64_t time, std::string message);
  void collect();
  bool stopped() const { return result.fault.raised() || !failure.ok(); }

  /// The increments of one semaphore.
  struct SemaphoreTimes {
    History<uint64_t> at;
    std::array<uint64_t, isa::kNumEngines> passed{}; ///< increments that a stream has waited for
    std::array<uint8_t, isa::kNumEngines> others{};  ///< consumers beside this stream, as bits
    bool isPlanned = false;                          ///< all its consumers are known
  };
  /// What a transfer signals when it is done.
  struct Trigger {
    const isa::Inst *inst = nullptr;
    std::array<bool, 2> fires{};
    Place place;
  };

  const Image &image;
  const target::Machine machine;
  const TimeOptions &options;
  TimeResult &result;
  Status failure;
  RegisterSource registers;
  std::vector<std::unique_ptr<Lane>> lanes;
  DmaModel dma;
  std::vector<DmaCompletion> completions;
  std::array<uint64_t, isa::kNumSemaphores> values{};
  std::array<SemaphoreTimes, isa::kNumSemaphores> times;
  std::array<History<Trigger>, isa::kNumQueues> triggers;
  std::array<History<uint64_t>, isa::kNumQueues> doneTimes; ///< of the last `depth` transfers
  std::array<uint64_t, kNumPorts> portFree{};
  std::vector<uint8_t> usedSemaphores;
  RepeatSearch search;
  bool skips = false;               ///< repetitions may be left out
  uint64_t loads = 0, barriers = 0; ///< registers loaded, barriers passed
  uint64_t semaphoreTime = 0, waitTime = 0, limit = kNever;
};

} // namespace neuron::sim
