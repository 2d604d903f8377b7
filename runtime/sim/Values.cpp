// The canonical walk over five streams, and the walk of the unsplit form.
#include "runtime/sim/Values.h"

#include "runtime/sim/Deadlock.h"
#include "runtime/sim/Exec.h"
#include "runtime/sim/Transfers.h"

namespace neuron::sim {
namespace {

using isa::Opcode;

constexpr uint64_t kMaxSemaphore = 0xffffffff;

unsigned queueOf(const isa::Inst &inst) { return isa::Dma(inst).queue(); }

bool isTransfer(const isa::Inst &inst) {
  return isa::findFacts(static_cast<uint8_t>(inst.opcode))->isDma;
}

class Walk {
public:
  Walk(const Image &image, Core &core, const ValuesOptions &options, ValueCounts &counts)
      : image(image), core(core), options(options), counts(counts),
        transfers(core, options.sequential ? DmaMode::Early : options.dma,
                  static_cast<uint32_t>(image.segments.size() ? image.segments.size() : 1)) {
    resetSemaphores();
    counts = {};
  }

  Status runStreams();
  Status runSequential();

private:
  void resetSemaphores() {
    for (unsigned s = 0; s < isa::kNumSemaphores; ++s)
      values[s] = image.semaphores[s].initial;
  }
  Status advance(Sequencer &stream, bool &moved);
  Status perform(Sequencer &stream);
  Status performTransfer(const Issue &issue);
  Status fire(const Issue &issue);
  Status completeOldest(unsigned queue);
  Status drain();
  Status resolveStandstill(bool &ended);
  Status passBarrier();
  Status fail(const Fault &fault) {
    core.fault() = fault;
    return Status(ErrorCode::Fault, fault.message);
  }

  const Image &image;
  Core &core;
  const ValuesOptions &options;
  ValueCounts &counts;
  Transfers transfers;
  std::array<uint64_t, isa::kNumSemaphores> values{};
  std::vector<Sequencer> streams;
  Standings standing;
  uint64_t steps = 0;
};

Status Walk::fire(const Issue &issue) {
  for (unsigned s = 0; s < issue.fires.size(); ++s)
    if (issue.fires[s] && ++values[issue.inst->signal[s].sem] > kMaxSemaphore) {
      core.issue = &issue;
      return core.refuse(FaultKind::UndefinedBehaviour, {}, "semaphore %u overflows",
                         issue.inst->signal[s].sem);
    }
  return Status::success();
}

Status Walk::completeOldest(unsigned queue) {
  Issue completed;
  NEURON_TRY(transfers.completeOldest(queue, completed));
  return fire(completed);
}

Status Walk::drain() {
  for (unsigned queue = 0; queue < isa::kNumQueues; ++queue)
    while (transfers.pending(queue))
      NEURON_TRY(completeOldest(queue));
  return Status::success();
}

Status Walk::performTransfer(const Issue &issue) {
  unsigned queue = queueOf(*issue.inst);
  uint64_t depth = image.machine->dmaQueueDepth;
  while (depth && transfers.pending(queue) >= depth)
    NEURON_TRY(completeOldest(queue));
  ++counts.transfers;
  bool done = false;
  NEURON_TRY(transfers.trigger(queue, issue, done));
  return done ? fire(issue) : Status::success();
}

Status Walk::perform(Sequencer &stream) {
  const Issue &issue = stream.issue();
  unsigned engine = static_cast<unsigned>(issue.stream);
  ++counts.instructions[engine];
  if (!issue.control)
    counts.executed[engine] += issue.executes;
  if (isTransfer(*issue.inst))
    return performTransfer(issue);
  // Of the control instructions only those with operands have something left to do.
  if (issue.executes && (!issue.control || issue.numOperands)) {
    isa::Inst inst = issue.resolved();
    if (inst.opcode == Opcode::RegisterStore)
      core.registerValue = stream.reg(isa::RegisterStore(inst).src());
    NEURON_TRY(executeInst(core, issue, inst));
    if (inst.opcode == Opcode::RegisterLoad)
      stream.provide(core.loaded);
  }
  return fire(issue);
}

/// Runs a stream until it stops; `moved` tells whether it issued anything.
Status Walk::advance(Sequencer &stream, bool &moved) {
  while (true) {
    StepKind step = stream.next(values.data());
    if (step != StepKind::Issued) {
      unsigned id = static_cast<unsigned>(stream.place().stream);
      standing[id] = {step, stream.blocked(), stream.place()};
      return step == StepKind::Faulted ? fail(stream.fault()) : Status::success();
    }
    moved = true;
    if (options.maxSteps && ++steps > options.maxSteps) {
      core.issue = &stream.issue();
      return core.refuse(FaultKind::Timeout, {}, "more than %llu instructions were issued",
                         static_cast<unsigned long long>(options.maxSteps));
    }
    NEURON_TRY(perform(stream));
  }
}

Status Walk::passBarrier() {
  NEURON_TRY(drain());
  resetSemaphores();
  for (Sequencer &stream : streams)
    stream.passBarrier();
  return Status::success();
}

/// Nobody can move: completes one transfer that is waited for, passes a barrier, or ends.
Status Walk::resolveStandstill(bool &ended) {
  unsigned atBarrier = 0, finished = 0;
  for (const Standing &one : standing) {
    atBarrier += one.step == StepKind::AtBarrier;
    finished += one.step == StepKind::Ended;
    if (one.step != StepKind::Blocked)
      continue;
    const SemaphorePlan &plan = image.semaphores[one.wants.sem];
    if (plan.producer == Producer::Queue && plan.source < isa::kNumQueues &&
        transfers.pending(plan.source))
      return completeOldest(plan.source);
  }
  if (finished == standing.size()) {
    ended = true;
    return drain();
  }
  if (atBarrier == standing.size())
    return passBarrier();
  return fail(describeDeadlock(image, standing, values));
}

Status Walk::runStreams() {
  streams.reserve(isa::kNumEngines);
  for (const StreamCode &code : image.stream)
    streams.emplace_back(code);
  bool ended = false;
  while (!ended) {
    bool moved = false;
    for (Sequencer &stream : streams)
      NEURON_TRY(advance(stream, moved));
    if (!moved)
      NEURON_TRY(resolveStandstill(ended));
  }
  return Status::success();
}

Status Walk::runSequential() {
  streams.emplace_back(*image.sequential);
  Sequencer &stream = streams.front();
  while (true) {
    bool moved = false;
    NEURON_TRY(advance(stream, moved));
    const Standing &now = standing[static_cast<unsigned>(stream.place().stream)];
    if (now.step == StepKind::Ended)
      return Status::success();
    if (now.step == StepKind::AtBarrier) {
      NEURON_TRY(passBarrier());
      continue;
    }
    Fault fault;
    fault.kind = FaultKind::Deadlock;
    fault.at = now.at;
    fault.message =
        formatText("in sequential order semaphore %u stands at %llu where %llu is "
                   "waited for",
                   now.wants.sem, static_cast<unsigned long long>(values[now.wants.sem]),
                   static_cast<unsigned long long>(now.wants.value));
    return fail(fault);
  }
}

} // namespace

Status walkValues(const Image &image, Core &core, const ValuesOptions &options,
                  ValueCounts &counts) {
  Walk walk(image, core, options, counts);
  Status status = options.sequential ? walk.runSequential() : walk.runStreams();
  counts.hbmBytesRead = core.hbmBytesRead;
  counts.hbmBytesWritten = core.hbmBytesWritten;
  return status;
}

} // namespace neuron::sim
