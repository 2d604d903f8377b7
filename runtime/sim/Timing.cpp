// The walk: lanes run until they stand, then the earliest event is processed.
#include "runtime/sim/TimeWalk.h"

#include "runtime/sim/Deadlock.h"

#include <algorithm>

namespace neuron::sim {
namespace {

using isa::Engine;

constexpr unsigned kVector = static_cast<unsigned>(Engine::Vector);
/// The engine that shares each port with the VectorE.
constexpr unsigned kOtherAtPort[kNumPorts] = {static_cast<unsigned>(Engine::Scalar),
                                              static_cast<unsigned>(Engine::GpSimd)};

const DmaLoad kNothing;

/// A lane that nothing stops lets the others have a look after so many instructions.
constexpr uint64_t kLongRun = 256;

} // namespace

/// Once in the walk's loop, which they are parts of.
#define NEURON_HOT __attribute__((always_inline)) inline

void TimeWalk::prepareSemaphore(unsigned sem) {
  const SemaphorePlan &plan = image.semaphores[sem];
  values[sem] = plan.initial;
  times[sem].isPlanned = plan.consumers != 0;
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    times[sem].others[s] = static_cast<uint8_t>(plan.consumers & ~(1u << s));
  if (plan.consumers || plan.producer != Producer::None)
    usedSemaphores.push_back(static_cast<uint8_t>(sem));
}

void TimeWalk::prepare() {
  bool isWatched = options.observer && options.observer->needsAddresses();
  Addresses addresses = isWatched ? Addresses::Resolved : Addresses::Ignored;
  for (const StreamCode &code : image.stream)
    lanes.push_back(std::make_unique<Lane>(code, machine, image.queuesDescribed, addresses));
  for (unsigned sem = 0; sem < isa::kNumSemaphores; ++sem)
    prepareSemaphore(sem);
  dma.configure(machine, image.queueInFlight);
  semaphoreTime = machine.semaphoreNs * 1000000;
  waitTime = machine.sequencerWaitNs * 1000000;
  uint64_t cycles = options.maxCycles ? options.maxCycles : image.maxCycles;
  if (cycles && cycles < kNever / 1000000000)
    limit = femtoseconds(cycles, machine.baseMHz);
  skips = options.repeats == Repeats::Skip && !options.observer;
  for (const StreamCode &code : image.stream)
    skips &= !code.waitsAbsolutely();
}

// --- The sequencer ---------------------------------------------------------------------------

NEURON_HOT bool TimeWalk::canGoOn(const Lane &lane) const {
  switch (lane.state) {
  case LaneState::Ready:
  case LaneState::Ports:
    return true;
  case LaneState::Semaphore:
    return values[lane.sequencer.blocked().sem] >= lane.sequencer.blocked().value;
  case LaneState::QueueFull:
    return dma.signalled(lane.row->queue) > lane.slotTransfer;
  case LaneState::Barrier:
  case LaneState::Ended:
    break;
  }
  return false;
}

/// Runs a lane until something that is not known yet stops it, or a long run is back at the
/// head of a loop.
NEURON_HOT void TimeWalk::goOn(unsigned s) {
  Lane &lane = *lanes[s];
  lane.state = LaneState::Ready;
  const uint64_t enough = lane.time.instructions + kLongRun;
  uint64_t begun = UINT64_MAX; ///< unknown
  while (!stopped()) {
    if (lane.pending) {
      if (!tryStart(s))
        return;
    } else if (!issueNext(s)) {
      return;
    } else if (lane.time.instructions >= enough) {
      uint64_t before = std::exchange(begun, lane.sequencer.iterationsBegun());
      if (before < begun)
        return;
    }
  }
}

/// Moves the sequencer by one instruction; false when it stands.
NEURON_HOT bool TimeWalk::issueNext(unsigned s) {
  Lane &lane = *lanes[s];
  switch (lane.sequencer.next(values.data())) {
  case StepKind::Blocked:
    lane.state = LaneState::Semaphore;
    return false;
  case StepKind::AtBarrier:
    lane.state = LaneState::Barrier;
    return false;
  case StepKind::Ended:
    lane.state = LaneState::Ended;
    return false;
  case StepKind::Faulted:
    result.fault = lane.sequencer.fault();
    return false;
  case StepKind::Issued:
    break;
  }
  const Issue &issue = lane.sequencer.issue();
  const CostRow &row = lane.costs.row(issue.pc);
  ++lane.time.instructions;
  if (options.maxSteps && result.instructions >= options.maxSteps) {
    refuse(FaultKind::Timeout, issue.place(), lane.front, "too many instructions");
    return false;
  }
  ++result.instructions;
  lane.front += row.sequencer;
  if (issue.numWaits)
    handleWaits(s, issue);
  if (issue.control) {
    if (issue.nextPc != issue.pc + 1)
      lane.fetch(issue, row);
    finishControl(s, issue);
    return !stopped();
  }
  lane.row = &row;
  if (row.counted && issue.executes) {
    lane.resolved = lane.costs.resolve(issue);
    lane.row = &lane.resolved;
  }
  lane.request = lane.readyTime(issue, *lane.row);
  lane.pending = true;
  return true;
}

/// When a semaphore was incremented for the `number`th time, for the stream that waits for it.
/// What all its consumers have passed is forgotten: a stream's later waits are for later times.
NEURON_HOT uint64_t TimeWalk::timeOf(unsigned sem, unsigned s, uint64_t number) {
  SemaphoreTimes &past = times[sem];
  if (number <= past.passed[s])
    return 0; // an absolute wait for what this stream has seen before
  uint64_t time = past.at.at(number - 1);
  past.passed[s] = number;
  uint64_t least = number;
  for (unsigned left = past.others[s]; left; left &= left - 1)
    least = std::min(least, past.passed[__builtin_ctz(left)]);
  if (past.isPlanned)
    past.at.forget(least);
  return time;
}

/// A wait costs its time; an increment is seen a while after it happened.
NEURON_HOT void TimeWalk::handleWaits(unsigned s, const Issue &issue) {
  Lane &lane = *lanes[s];
  uint64_t seen = 0;
  for (unsigned w = 0; w < issue.numWaits; ++w) {
    const Level &level = issue.waits[w];
    uint64_t initial = image.semaphores[level.sem].initial;
    if (level.value > initial)
      seen = std::max(seen, timeOf(level.sem, s, level.value - initial) + semaphoreTime);
  }
  lane.front += waitTime * issue.numWaits;
  if (seen > lane.front) {
    lane.time.semaphoreWait += seen - lane.front;
    if (options.observer)
      options.observer->wait(issue, lane.front, seen);
    lane.front = seen;
  }
}

NEURON_HOT void TimeWalk::finishControl(unsigned s, const Issue &issue) {
  Lane &lane = *lanes[s];
  if (issue.fires[0] || issue.fires[1])
    signal(issue, std::max(lane.readDone, lane.front), std::max(lane.done, lane.front));
  if (options.observer)
    options.observer->control(issue, lane.front);
  if (lane.front > limit)
    return refuse(FaultKind::Timeout, issue.place(), lane.front, "beyond the bound on cycles");
  if (lane.sequencer.awaitsValue()) {
    ++loads;
    failure = registers.provide(s, lane.sequencer);
  }
}

NEURON_HOT void TimeWalk::signal(const Issue &issue, uint64_t read, uint64_t complete) {
  for (unsigned i = 0; i < issue.fires.size(); ++i) {
    if (!issue.fires[i])
      continue;
    const isa::Signal &signal = issue.inst->signal[i];
    times[signal.sem].at.append(signal.at == isa::When::Read ? read : complete);
    ++values[signal.sem];
  }
}

// --- The engine ------------------------------------------------------------------------------

/// A transfer needs a place in its queue: so many before it must have signalled.
bool TimeWalk::hasQueuePlace(Lane &lane) {
  uint64_t number = dma.submitted(lane.row->queue);
  if (number < machine.dmaQueueDepth)
    return true;
  lane.slotTransfer = number - machine.dmaQueueDepth;
  if (dma.signalled(lane.row->queue) <= lane.slotTransfer) {
    lane.state = LaneState::QueueFull;
    return false;
  }
  uint64_t freed = doneTimes[lane.row->queue].at(lane.slotTransfer);
  if (freed > lane.request) {
    lane.time.queueWait += freed - lane.request;
    lane.request = freed;
  }
  return true;
}

/// No earlier request for a port can still come from this lane.
uint64_t TimeWalk::earliestRequest(unsigned s) const {
  const Lane &lane = *lanes[s];
  if (lane.state == LaneState::Ended)
    return kNever;
  return lane.pending ? lane.request : std::max(lane.front, lane.engineFree);
}

bool TimeWalk::portsGranted(unsigned s) const {
  const Lane &lane = *lanes[s];
  for (unsigned port = 0; port < kNumPorts; ++port) {
    if (!(lane.row->ports >> port & 1))
      continue;
    unsigned other = s == kVector ? kOtherAtPort[port] : kVector;
    if (!lanes[other]->costs.holds(port))
      continue;
    uint64_t theirs = earliestRequest(other);
    if (theirs < lane.request || (theirs == lane.request && other < s))
      return false;
  }
  return true;
}

NEURON_HOT bool TimeWalk::tryStart(unsigned s) {
  Lane &lane = *lanes[s];
  if (lane.row->kind == CostKind::Transfer && !hasQueuePlace(lane))
    return false;
  if (lane.row->ports && lane.sequencer.issue().executes && !portsGranted(s)) {
    lane.state = LaneState::Ports;
    return false;
  }
  startNow(s);
  return true;
}

void TimeWalk::startNow(unsigned s) {
  Lane &lane = *lanes[s];
  const Issue &issue = lane.sequencer.issue();
  if (!issue.executes) { // passes through the engine without work
    CostRow idle = *lane.row;
    idle.interval = idle.columns = idle.latency = idle.firstByte = 0;
    idle.ports = 0;
    idle.flops = 0;
    if (idle.kind != CostKind::Transfer)
      idle.kind = CostKind::Streaming;
    lane.resolved = idle;
    lane.row = &lane.resolved;
  }
  uint64_t at = lane.request;
  for (unsigned port = 0; port < kNumPorts; ++port)
    if (lane.row->ports >> port & 1)
      at = std::max(at, portFree[port]);
  for (unsigned port = 0; port < kNumPorts; ++port)
    if (lane.row->ports >> port & 1)
      portFree[port] = at + lane.row->columns;
  lane.time.portWait += at - lane.request;
  lane.start(issue, *lane.row, at);
  lane.pending = false;
  result.flops += lane.row->flops;
  if (lane.row->kind == CostKind::Transfer) {
    const DmaLoad &load = issue.executes ? *lane.row->load : kNothing;
    dma.submit(lane.row->queue, at + lane.row->latency + lane.row->firstByte, load);
    triggers[lane.row->queue].append({issue.inst, issue.fires, issue.place()});
    ++result.dma.transfers;
    result.dma.bytes += load.bytes;
    result.dma.pieces += load.pieces;
    result.dma.descriptorBytes += load.descriptorBytes;
    countHbm(load);
  } else {
    signal(issue, lane.readDone, lane.done);
  }
  if (options.observer)
    options.observer->instruction(issue, at, at + lane.row->interval, lane.done);
  if (at > limit)
    refuse(FaultKind::Timeout, issue.place(), at, "beyond the bound on cycles");
}

void TimeWalk::countHbm(const DmaLoad &load) {
  auto role = [&](uint32_t segment) {
    return segment < image.segments.size() ? size_t(image.segments[segment].role) : 0;
  };
  result.dma.hbmRead += load.hbmRead;
  result.dma.hbmWritten += load.hbmWritten;
  if (load.hbmRead)
    result.dma.readOf[role(load.readSegment)] += load.hbmRead;
  if (load.hbmWritten)
    result.dma.writtenOf[role(load.writtenSegment)] += load.hbmWritten;
}

// --- Events ----------------------------------------------------------------------------------

void TimeWalk::complete(const DmaCompletion &completion) {
  History<Trigger> &waiting = triggers[completion.queue];
  const Trigger &trigger = waiting.at(completion.number);
  for (unsigned i = 0; i < trigger.fires.size(); ++i)
    if (trigger.fires[i]) {
      times[trigger.inst->signal[i].sem].at.append(completion.time);
      ++values[trigger.inst->signal[i].sem];
    }
  if (options.observer)
    options.observer->transfer(trigger.place, completion);
  waiting.forget(completion.number + 1);
  History<uint64_t> &done = doneTimes[completion.queue];
  done.append(completion.time);
  if (done.end() > machine.dmaQueueDepth)
    done.forget(done.end() - machine.dmaQueueDepth);
  result.end = std::max(result.end, completion.time);
}

/// The earliest event when every lane stands. False when there is none.
bool TimeWalk::processEvent() {
  uint64_t first = kNever;
  unsigned who = isa::kNumEngines;
  for (unsigned s = 0; s < lanes.size(); ++s)
    if (lanes[s]->state == LaneState::Ports && lanes[s]->request < first) {
      first = lanes[s]->request;
      who = s;
    }
  uint64_t transfer = dma.nextEvent();
  if (transfer == kNever && who == isa::kNumEngines)
    return passBarrier();
  if (transfer <= first) {
    completions.clear();
    do { // what completes nothing lets no lane go on
      dma.process(transfer, completions);
      transfer = dma.nextEvent();
    } while (completions.empty() && transfer != kNever && transfer <= first);
    for (const DmaCompletion &completion : completions)
      complete(completion);
    return true;
  }
  lanes[who]->state = LaneState::Ready;
  startNow(who);
  return true;
}

bool TimeWalk::passBarrier() {
  ++barriers;
  uint64_t latest = result.end;
  for (const auto &lane : lanes) {
    if (lane->state != LaneState::Barrier)
      return false;
    latest = std::max({latest, lane->front, lane->done, lane->engineFree});
  }
  for (const auto &lane : lanes) {
    lane->front = latest + semaphoreTime;
    lane->state = LaneState::Ready;
    lane->sequencer.passBarrier();
  }
  for (unsigned sem = 0; sem < isa::kNumSemaphores; ++sem) {
    values[sem] = image.semaphores[sem].initial;
    times[sem].at.clear();
    times[sem].passed.fill(0);
  }
  return true;
}

Status TimeWalk::run() {
  prepare();
  while (!stopped()) {
    if (skips)
      lookForRepeats();
    bool moved = false, ended = true;
    for (unsigned s = 0; s < lanes.size() && !stopped(); ++s) {
      if (canGoOn(*lanes[s])) {
        uint64_t before = lanes[s]->time.instructions + lanes[s]->time.executed;
        goOn(s);
        moved |= lanes[s]->time.instructions + lanes[s]->time.executed != before;
      }
      ended &= lanes[s]->state == LaneState::Ended;
    }
    if (stopped() || moved || processEvent())
      continue;
    if (ended)
      break;
    Standings where;
    for (unsigned s = 0; s < lanes.size(); ++s) {
      const Lane &lane = *lanes[s];
      where[s].step = lane.state == LaneState::Ended     ? StepKind::Ended
                      : lane.state == LaneState::Barrier ? StepKind::AtBarrier
                                                         : StepKind::Blocked;
      where[s].wants = lane.sequencer.blocked();
      where[s].at = lane.sequencer.place();
    }
    result.fault = describeDeadlock(image, where, values);
  }
  collect();
  return failure;
}

void TimeWalk::collect() {
  for (unsigned s = 0; s < lanes.size(); ++s) {
    Lane &lane = *lanes[s];
    lane.time.end = std::max(lane.front, lane.done);
    result.engine[s] = lane.time;
    if (lane.time.instructions)
      result.end = std::max(result.end, lane.time.end);
  }
  result.dma.active = dma.activeTime();
  result.launch = machine.launchPs * 1000;
}

void TimeWalk::refuse(FaultKind kind, const Place &place, uint64_t time, std::string message) {
  result.fault.kind = kind;
  result.fault.at = place;
  result.fault.hasTime = true;
  result.fault.femtoseconds = time;
  result.fault.message = std::move(message);
}

Status walkTime(const Image &image, const TimeOptions &options, TimeResult &result) {
  result = {};
  return TimeWalk(image, options, result).run();
}

} // namespace neuron::sim
