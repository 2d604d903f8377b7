// The rules of the walk, with causes; see CriticalPath.h.
#include "runtime/sim/CriticalPath.h"

#include "runtime/sim/Dma.h"

#include <algorithm>

namespace neuron::sim {
namespace {

using isa::Engine;
using isa::Opcode;

/// What an engine's columns, the rest of its interval and the rest of its latency are spent on.
struct EngineCauses {
  Cause work, issue, latency;
};

EngineCauses causesOf(const isa::Inst &inst) {
  if (inst.opcode == Opcode::LoadTable)
    return {Cause::TableLoad, Cause::TableLoad, Cause::TableLoad};
  switch (inst.engine) {
  case Engine::Tensor:
    return {Cause::TensorWork, Cause::TensorWork,
            inst.opcode == Opcode::LoadWeights ? Cause::WeightsLatency : Cause::MatmulLatency};
  case Engine::Vector:
    return {Cause::VectorWork, Cause::VectorIssue, Cause::VectorLatency};
  case Engine::Scalar:
    return {Cause::ScalarWork, Cause::ScalarIssue, Cause::ScalarLatency};
  case Engine::GpSimd:
    return {Cause::GpsimdWork, Cause::GpsimdStart, Cause::GpsimdLatency};
  case Engine::Sync:
    break;
  }
  return {Cause::SyncWork, Cause::SyncWork, Cause::SyncWork};
}

bool isRegisterMove(Opcode opcode) {
  return opcode == Opcode::RegisterLoad || opcode == Opcode::RegisterStore;
}

} // namespace

CriticalPath::CriticalPath(const Image &image, LayerIndex &index)
    : image(image), machine(target::sharedBy(*image.machine, image.cores)), index(index),
      semaphoreTime(machine.semaphoreNs * 1000000), waitTime(machine.sequencerWaitNs * 1000000) {
  for (unsigned s = 0; s < isa::kNumEngines; ++s) {
    streams[s].costs.build(image.stream[s], machine, image.queuesDescribed);
    streams[s].starts.resize(std::max<uint64_t>(machine.engineQueueDepth, 1));
  }
}

void CriticalPath::expect(uint64_t mine, uint64_t walks) {
  if (mine != walks && !differs) {
    differs = true;
    differsAt = walks;
  }
}

// --- The sequencer ---------------------------------------------------------------------------

void CriticalPath::dispatch(Stream &stream, const Issue &issue, const CostRow &row,
                            uint32_t layer) {
  stream.isUsed = true;
  Opcode opcode = issue.inst->opcode;
  if (isRegisterMove(opcode)) {
    uint64_t own =
        std::min(femtoseconds(machine.sequencerInstCycles, machine.baseMHz), row.sequencer);
    bool fromHbm = issue.inst->operand[0].space == isa::Space::Hbm;
    stream.front = after(stream.front, layer, fromHbm ? Cause::HbmRegister : Cause::SbufRegister,
                         row.sequencer - own);
    stream.front = after(stream.front, layer, Cause::Instruction, own);
  } else {
    stream.front =
        after(stream.front, layer, opcode == Opcode::EndLoop ? Cause::LoopEnd : Cause::Instruction,
              row.sequencer);
  }
  if (issue.numWaits)
    handleWaits(stream, issue, layer);
}

void CriticalPath::handleWaits(Stream &stream, const Issue &issue, uint32_t layer) {
  unsigned s = static_cast<unsigned>(issue.stream);
  Moment seen;
  for (unsigned w = 0; w < issue.numWaits; ++w) {
    const Level &level = issue.waits[w];
    const SemaphorePlan &plan = image.semaphores[level.sem];
    Semaphore &semaphore = semaphores[level.sem];
    if (level.value <= plan.initial || level.value - plan.initial <= semaphore.passed[s])
      continue; // free from the beginning, or seen before
    uint64_t number = level.value - plan.initial;
    take(seen, after(semaphore.at.at(number - 1), layer, Cause::Semaphore, semaphoreTime));
    semaphore.passed[s] = number;
    uint64_t least = number;
    for (unsigned other = 0; other < isa::kNumEngines; ++other)
      if (plan.consumers >> other & 1)
        least = std::min(least, semaphore.passed[other]);
    if (plan.consumers)
      semaphore.at.forget(least);
  }
  stream.front = after(stream.front, layer, Cause::Wait, waitTime * issue.numWaits);
  take(stream.front, seen);
}

/// All streams go on a semaphore's time behind the last thing that any of them did.
void CriticalPath::passBarrier(Stream &stream, const Issue &issue, uint32_t layer) {
  if (barrierLeft == 0) {
    Moment last = latest;
    for (const Stream &one : streams)
      for (const Moment *moment : {&one.front, &one.done, &one.engineFree})
        take(last, *moment);
    barrier = after(last, layer, Cause::Semaphore, semaphoreTime);
    barrierLeft = isa::kNumEngines;
    for (Semaphore &semaphore : semaphores) {
      semaphore.at.clear();
      semaphore.passed.fill(0);
    }
  }
  --barrierLeft;
  stream.front = barrier;
}

void CriticalPath::control(const Issue &issue, uint64_t complete) {
  if (tree.isLarge())
    compact();
  Stream &stream = streams[static_cast<unsigned>(issue.stream)];
  uint32_t layer = index.rowOf(issue.inst->opId, issue.iteration);
  if (issue.inst->opcode == Opcode::Barrier && issue.executes)
    passBarrier(stream, issue, layer);
  dispatch(stream, issue, stream.costs.row(issue.pc), layer);
  if (complete > stream.front.time && issue.nextPc != issue.pc + 1)
    stream.front = after(stream.front, layer, Cause::Fetch, complete - stream.front.time);
  expect(stream.front.time, complete);
  if (!issue.fires[0] && !issue.fires[1])
    return;
  Moment read = stream.readDone, done = stream.done;
  take(read, stream.front);
  take(done, stream.front);
  signal(issue, read, done);
}

void CriticalPath::signal(const Issue &issue, const Moment &read, const Moment &complete) {
  for (unsigned i = 0; i < issue.fires.size(); ++i)
    if (issue.fires[i]) {
      const isa::Signal &signal = issue.inst->signal[i];
      semaphores[signal.sem].at.append(signal.at == isa::When::Read ? read : complete);
    }
}

// --- Engines ---------------------------------------------------------------------------------

CostRow CriticalPath::rowOf(Stream &stream, const Issue &issue) {
  const CostRow &row = stream.costs.row(issue.pc);
  return row.counted && issue.executes ? stream.costs.resolve(issue) : row;
}

/// The latest of what the instruction has to wait for.
CriticalPath::Moment CriticalPath::requestOf(const Stream &stream, const Issue &issue,
                                             const CostRow &row, uint32_t layer) {
  Moment at = stream.front;
  if (row.kind == CostKind::LoadWeights) {
    take(at, stream.lastStart);
    take(at, stream.planeFree);
  } else {
    take(at, stream.engineFree);
    if (row.kind == CostKind::Matmul && stream.weightsFresh)
      take(at, stream.weightsReady);
  }
  if (issue.inst->after && issue.inst->after <= issue.engineIndex)
    take(at, after(stream.dones[(issue.engineIndex - issue.inst->after) % kAfterRing], layer,
                   Cause::Semaphore, semaphoreTime));
  uint64_t depth = stream.starts.size();
  if (issue.engineIndex >= depth)
    take(at, stream.starts[issue.engineIndex % depth]);
  if (row.kind == CostKind::Transfer) {
    const Queue &queue = queues[row.queue];
    uint64_t number = queue.triggers.end();
    if (number >= machine.dmaQueueDepth)
      take(at, queue.signalled.at(number - machine.dmaQueueDepth));
  }
  if (issue.executes)
    for (unsigned port = 0; port < kNumPorts; ++port)
      if (row.ports >> port & 1)
        take(at, portFree[port]);
  return at;
}

void CriticalPath::startOn(Stream &stream, const Issue &issue, const CostRow &row, uint32_t layer,
                           const Moment &at) {
  EngineCauses causes = causesOf(*issue.inst);
  if (row.kind == CostKind::Transfer)
    causes.issue = causes.latency = row.latency == machine.dmaStaticTriggerPs * 1000
                                        ? Cause::StaticTrigger
                                        : Cause::DynamicTrigger;
  auto spend = [&](uint64_t whole, Cause rest) {
    uint64_t work = std::min(whole, row.columns);
    return after(after(at, layer, causes.work, work), layer, rest, whole - work);
  };
  stream.lastStart = at;
  if (row.kind == CostKind::LoadWeights) {
    stream.weightsReady = stream.planeFree = after(at, layer, causes.work, row.columns);
    stream.weightsFresh = true;
    take(stream.engineFree, at);
    stream.engineFree = after(stream.engineFree, layer, Cause::TensorPair, row.interval);
  } else {
    if (row.kind == CostKind::Matmul)
      stream.weightsFresh = false;
    stream.engineFree = spend(row.interval, causes.issue);
  }
  take(stream.readDone, after(at, layer, causes.work, row.columns));
  take(stream.done, spend(row.latency, causes.latency));
  uint64_t depth = stream.starts.size();
  Moment &slot = stream.starts[issue.engineIndex % depth];
  if (issue.engineIndex >= depth)
    take(stream.front, slot);
  slot = at;
  stream.dones[issue.engineIndex % kAfterRing] = stream.done;
  for (unsigned port = 0; port < kNumPorts; ++port)
    if (row.ports >> port & 1)
      portFree[port] =
          after(at, layer, port == kPortPsum ? Cause::PsumPort : Cause::SbufPort, row.columns);
}

void CriticalPath::instruction(const Issue &issue, uint64_t start, uint64_t, uint64_t complete) {
  if (tree.isLarge())
    compact();
  Stream &stream = streams[static_cast<unsigned>(issue.stream)];
  uint32_t layer = index.rowOf(issue.inst->opId, issue.iteration);
  CostRow row = rowOf(stream, issue);
  dispatch(stream, issue, row, layer);
  Moment at = requestOf(stream, issue, row, layer);
  expect(at.time, start);
  if (!issue.executes) { // passes through the engine without work
    row.interval = row.columns = row.latency = 0;
    row.ports = 0;
    if (row.kind != CostKind::Transfer)
      row.kind = CostKind::Streaming;
  }
  startOn(stream, issue, row, layer, at);
  expect(stream.done.time, complete);
  if (row.kind == CostKind::Transfer)
    trigger(issue, row, layer, at);
  else
    signal(issue, stream.readDone, stream.done);
}

// --- Transfers -------------------------------------------------------------------------------

/// The number that decides how long the work of a transfer takes.
Cause CriticalPath::rateOf(const Issue &issue, const CostRow &row) const {
  if (!issue.executes || row.load->empty || row.load->pieces == 0)
    return Cause::EngineRate;
  uint64_t sides = (row.load->hbmRead != 0) + (row.load->hbmWritten != 0);
  uint64_t piece = row.load->bytes / row.load->pieces;
  uint64_t ofMemory = piece * sides + row.load->descriptorBytes / row.load->pieces;
  uint64_t engine = piece * 1000000 / std::max<uint64_t>(machine.dmaEngineBytesPerUs, 1);
  uint64_t memory =
      ofMemory * 1000000 / std::max<uint64_t>(machine.hbmBytesPerUs / machine.dmaEngines, 1);
  if (std::max(engine, memory) < machine.dmaElementPs)
    return Cause::PieceTime;
  return memory > engine ? Cause::HbmRate : Cause::EngineRate;
}

void CriticalPath::trigger(const Issue &issue, const CostRow &row, uint32_t layer,
                           const Moment &at) {
  Trigger one;
  one.moment = after(at, layer,
                     row.latency == machine.dmaStaticTriggerPs * 1000 ? Cause::StaticTrigger
                                                                      : Cause::DynamicTrigger,
                     row.latency);
  if (issue.executes && row.firstByte)
    one.moment = after(one.moment, layer, Cause::FirstByte, row.firstByte);
  one.layer = layer;
  one.rate = rateOf(issue, row);
  one.isEmpty = !issue.executes || row.load->empty;
  one.inst = issue.inst;
  one.fires = issue.fires;
  queues[row.queue].triggers.append(one);
}

/// A transfer starts when it is triggered, when its turn comes, or when a place in flight is free.
CriticalPath::Moment CriticalPath::startOf(const Queue &queue, const Trigger &trigger,
                                           const DmaCompletion &completion) {
  Moment at = trigger.moment;
  if (trigger.isEmpty)
    take(at, queue.lastStart);
  else if (queue.hasWorked)
    take(at, after(queue.lastWork, trigger.layer, Cause::TransferIssue, machine.dmaIssuePs * 1000));
  for (uint64_t n = queue.ended.end(); at.time < completion.started && n > queue.ended.begin(); --n)
    if (queue.ended.at(n - 1).time == completion.started)
      at = queue.ended.at(n - 1);
  return at;
}

void CriticalPath::transfer(const Place &, const DmaCompletion &completion) {
  if (tree.isLarge())
    compact();
  Queue &queue = queues[completion.queue];
  const Trigger trigger = queue.triggers.at(completion.number);
  queue.triggers.forget(completion.number + 1);
  Moment at = startOf(queue, trigger, completion);
  expect(at.time, completion.started);
  queue.lastStart = at;
  Moment ended = at, signalled = at;
  if (!trigger.isEmpty) {
    queue.lastWork = at;
    queue.hasWorked = true;
    uint64_t duration = completion.done - at.time;
    bool isLatency = duration == machine.dmaLatencyPs * 1000;
    ended = after(at, trigger.layer, isLatency ? Cause::TransferLatency : trigger.rate, duration);
    signalled = ended;
    if (completion.acknowledged > completion.done) {
      uint64_t acknowledge = machine.dmaSignalPs * 1000;
      signalled =
          after(at, trigger.layer, trigger.rate, completion.acknowledged - acknowledge - at.time);
      signalled = after(signalled, trigger.layer, Cause::Acknowledge, acknowledge);
    }
  }
  if (queue.signalled.end())
    take(signalled, queue.signalled.at(queue.signalled.end() - 1));
  expect(signalled.time, completion.time);
  for (History<Moment> *past : {&queue.ended, &queue.signalled}) {
    past->append(past == &queue.ended ? ended : signalled);
    if (past->end() > machine.dmaQueueDepth)
      past->forget(past->end() - machine.dmaQueueDepth);
  }
  for (unsigned i = 0; i < trigger.fires.size(); ++i)
    if (trigger.fires[i])
      semaphores[trigger.inst->signal[i].sem].at.append(signalled);
  take(latest, signalled);
}

// --- The account -----------------------------------------------------------------------------

void CriticalPath::compact() {
  std::vector<CauseTree::Node *> alive;
  auto keep = [&](Moment &moment) { alive.push_back(&moment.node); };
  auto keepAll = [&](History<Moment> &past) {
    for (uint64_t n = past.begin(); n < past.end(); ++n)
      keep(past.at(n));
  };
  for (Stream &stream : streams) {
    for (Moment *moment : {&stream.front, &stream.engineFree, &stream.lastStart, &stream.readDone,
                           &stream.done, &stream.planeFree, &stream.weightsReady})
      keep(*moment);
    for (Moment &moment : stream.starts)
      keep(moment);
    for (Moment &moment : stream.dones)
      keep(moment);
  }
  for (Semaphore &semaphore : semaphores)
    keepAll(semaphore.at);
  for (Queue &queue : queues) {
    for (uint64_t n = queue.triggers.begin(); n < queue.triggers.end(); ++n)
      keep(queue.triggers.at(n).moment);
    keepAll(queue.ended);
    keepAll(queue.signalled);
    keep(queue.lastStart);
    keep(queue.lastWork);
  }
  for (Moment &moment : portFree)
    keep(moment);
  keep(latest);
  keep(barrier);
  tree.compact(alive);
}

Status CriticalPath::finish(uint64_t end, PathAccount &account) {
  Moment last = latest;
  for (const Stream &stream : streams)
    if (stream.isUsed) {
      take(last, stream.front);
      take(last, stream.done);
    }
  expect(last.time, end);
  account = {};
  account.whole = end;
  std::map<uint32_t, PathLayer> layers;
  uint64_t sum = 0;
  for (const auto &[key, duration] : tree.accountOf(last.node)) {
    Cause cause = static_cast<Cause>(key % kNumCauses);
    auto resource = static_cast<unsigned>(resourceOf(cause));
    account.byResource[resource] += duration;
    account.byKind[static_cast<unsigned>(kindOf(cause, machine))] += duration;
    PathLayer &layer = layers[key / kNumCauses];
    layer.whole += duration;
    layer.byResource[resource] += duration;
    sum += duration;
  }
  expect(sum, end);
  for (auto &[row, layer] : layers) {
    layer.name = index.nameOf(row);
    account.layers.push_back(std::move(layer));
  }
  if (differs)
    return Status::error(ErrorCode::Internal,
                         "the critical path has another account of the time than the walk, from "
                         "%.3f us on",
                         static_cast<double>(differsAt) * 1e-9);
  return Status::success();
}

} // namespace neuron::sim
