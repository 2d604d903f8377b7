// Streams of a kernel: every engine gets its instructions in its own copy of the loop nest.
//
// Registers: r1 to r15 count the iterations of loops by depth, the rest up to r47 rotate slots,
// one for each loop and number of slots, and count for the later stages of a software pipeline,
// which has its own registers for each lag; r48 to r63 hold sums of more than two terms.
//
// A pipelined loop is emitted as steps: loops of one iteration in which the first stages begin,
// the loop in which all are at work, loops of one iteration in which the last ones end.
#include "models/kernels/Weave.h"

#include "runtime/isa/Check.h"
#include "runtime/isa/Text.h"

#include <algorithm>

namespace neuron::kernels {
namespace {

constexpr uint8_t kFirstOther = 16, kFirstSum = 48, kNumSums = 16;
constexpr unsigned kMaxDepth = kFirstOther - 1;

} // namespace

unsigned Weaver::semaphore(isa::AsmSemaphore::Producer producer, unsigned source,
                           uint32_t initial) {
  isa::AsmSemaphore made;
  made.initial = initial;
  made.producer = producer;
  made.source = static_cast<uint8_t>(source);
  if (kernel.file.semaphores.size() == isa::kNumSemaphores) {
    kernel.problem("more than 256 semaphores");
    return 0;
  }
  made.name = formatText("sem%zu", kernel.file.semaphores.size());
  kernel.file.semaphores.push_back(made);
  return static_cast<unsigned>(kernel.file.semaphores.size()) - 1;
}

void Weaver::push(const isa::Inst &inst) {
  code().push_back(inst);
  kernel.file.line[static_cast<unsigned>(now)].push_back(0);
}

void Weaver::take(unsigned semaphore, Engine stream) {
  isa::Inst inst = isa::Take::make(stream);
  isa::Take::setSem(inst, static_cast<uint8_t>(semaphore));
  isa::Take::setCount(inst, 1);
  push(inst);
}

// --- Registers -------------------------------------------------------------------------------

/// A register of a loop for the lag that is being emitted; `slots` 0: counts the iterations.
uint8_t Weaver::registerOf(unsigned loop, unsigned slots) {
  auto lag = lags.find(loop);
  unsigned at = lag == lags.end() ? 0 : lag->second;
  if (!slots && !at)
    return static_cast<uint8_t>(loops.at(loop)->depth);
  auto [found, fresh] =
      others.insert({{loop, at, slots}, static_cast<uint8_t>(kFirstOther + others.size())});
  if (fresh && found->second >= kFirstSum)
    kernel.problem("too many registers for slots");
  return found->second;
}

/// The address as base and at most two terms; more are added up by instructions before it.
void Weaver::resolve(const View &view, isa::Operand &operand, Engine stream) {
  operand.base += view.bytes.constant;
  std::vector<std::pair<uint8_t, int64_t>> terms;
  for (const auto &[loop, factor] : view.bytes.terms)
    if (factor)
      terms.push_back({registerOf(loop, 0), factor});
  const Kernel::TileFacts *facts =
      view.tile >= 0 ? &kernel.tiles[static_cast<size_t>(view.tile)] : nullptr;
  if (facts && facts->slots > 1)
    terms.push_back({registerOf(facts->level->loop, facts->slots), facts->slotBytes});
  for (const auto &[reg, factor] : terms)
    used.insert(reg);
  if (terms.size() > 2) {
    uint8_t sum = static_cast<uint8_t>(kFirstSum + numSums++ % kNumSums);
    for (size_t t = 1; t < terms.size(); ++t) {
      isa::Inst inst = isa::RegisterAlu::make(stream);
      isa::RegisterAlu::setOp(inst, t == 1 ? isa::RegOp::Multiply : isa::RegOp::MultiplyAdd);
      isa::RegisterAlu::setDst(inst, sum);
      isa::RegisterAlu::setA(inst, terms[t].first);
      isa::RegisterAlu::setImm(inst, static_cast<int32_t>(terms[t].second));
      if (t > 1)
        isa::RegisterAlu::setB(inst, sum);
      push(inst);
    }
    terms = {terms[0], {sum, 1}};
  }
  for (size_t t = 0; t < terms.size(); ++t)
    operand.term[t] = {terms[t].first, terms[t].second};
}

// --- Streams ---------------------------------------------------------------------------------

bool Weaver::takesPart(const Node &node, Engine stream) const {
  for (const std::vector<Sync> *list : {&node.takes, &node.signals})
    for (const Sync &sync : *list)
      if (sync.stream == stream)
        return true;
  if (!node.isLoop)
    return node.inst.engine == stream;
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const auto &child) { return takesPart(*child, stream); });
}

void Weaver::emit(const Node &node, Engine stream) {
  if (!takesPart(node, stream))
    return;
  if (node.isLoop)
    emitLoop(node, stream);
  else
    emitInst(node, stream);
}

/// At the end of an iteration, the registers that it used. A loop updates four; an empty loop of
/// one iteration before its end updates four more.
void Weaver::updateRegisters(const Node &node, size_t loopAt) {
  std::vector<isa::Update> updates;
  auto update = [&](uint8_t reg, uint64_t wrap) {
    if (used.count(reg))
      updates.push_back({reg, 1, static_cast<uint32_t>(wrap)});
  };
  update(static_cast<uint8_t>(node.depth), node.count);
  used.erase(static_cast<uint8_t>(node.depth));
  for (const auto &[key, reg] : others)
    if (std::get<0>(key) == node.loop) {
      update(reg, std::get<2>(key) ? std::get<2>(key) : node.count);
      used.erase(reg);
    }
  size_t at = loopAt;
  for (size_t u = 0; u < updates.size(); ++u) {
    if (u && u % isa::kNumUpdates == 0) {
      isa::Inst more = isa::Loop::make(now);
      isa::Loop::setCount(more, 1);
      at = code().size();
      push(more);
      push(isa::EndLoop::make(now));
    }
    code()[at].update[u % isa::kNumUpdates] = updates[u];
  }
}

/// `count` iterations of the children whose lags are in [first, last].
void Weaver::emitSteps(const Node &node, Engine stream, uint64_t count, unsigned first,
                       unsigned last) {
  std::vector<const Node *> parts;
  for (const auto &child : node.children)
    if (child->lag >= first && child->lag <= last && takesPart(*child, stream))
      parts.push_back(child.get());
  if (parts.empty() || count == 0)
    return;
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Node *a, const Node *b) { return a->rank < b->rank; });
  size_t at = code().size();
  isa::Inst loop = isa::Loop::make(stream);
  isa::Loop::setCount(loop, static_cast<uint32_t>(count));
  push(loop);
  for (const Node *part : parts) {
    lags[node.loop] = part->lag;
    emit(*part, stream);
  }
  lags.erase(node.loop);
  updateRegisters(node, at);
  push(isa::EndLoop::make(stream));
}

void Weaver::emitLoop(const Node &node, Engine stream) {
  for (const Sync &sync : node.takes)
    if (sync.stream == stream)
      take(sync.semaphore, stream);
  if (node.depth > kMaxDepth)
    return kernel.problem("loops nest too deep");
  unsigned deepest = 0;
  for (const auto &child : node.children)
    deepest = std::max(deepest, child->lag);
  if (deepest >= node.count)
    return kernel.problem("a pipeline has more stages than iterations");
  for (unsigned step = 0; step < deepest; ++step)
    emitSteps(node, stream, 1, 0, step);
  emitSteps(node, stream, node.count - deepest, 0, deepest);
  for (unsigned step = 0; step < deepest; ++step)
    emitSteps(node, stream, 1, step + 1, deepest);
  emitSignals(node, stream);
}

void Weaver::emitInst(const Node &node, Engine stream) {
  isa::Inst inst = node.inst;
  unsigned waits = 0;
  for (const Sync &sync : node.takes) {
    if (waits < inst.wait.size())
      inst.wait[waits++] = {static_cast<uint8_t>(sync.semaphore), 1};
    else
      take(sync.semaphore, stream);
  }
  for (unsigned k = 0; k < isa::kMaxOperands; ++k)
    if (inst.operand[k].present())
      resolve(node.view[k], inst.operand[k], stream);
  if (node.accumulateLoop >= 0) {
    inst.pred[0] = {registerOf(static_cast<unsigned>(node.accumulateLoop), 0), 0};
    used.insert(inst.pred[0].reg);
  }
  unsigned given = 0;
  std::vector<Sync> later;
  for (const Sync &sync : node.signals) {
    isa::Cond cond = isa::Cond::Always;
    if (sync.lastOf >= 0) {
      const Node &loop = *loops.at(static_cast<unsigned>(sync.lastOf));
      inst.pred[1] = {registerOf(loop.loop, 0), static_cast<uint16_t>(loop.count - 1)};
      used.insert(inst.pred[1].reg);
      cond = isa::Cond::IfP1;
    }
    if (given < inst.signal.size())
      inst.signal[given++] = {static_cast<uint8_t>(sync.semaphore), cond, sync.at};
    else
      later.push_back(sync);
  }
  push(inst);
  for (const Sync &sync : later) {
    isa::Inst signal =
        node.isDma() ? isa::QueueSignal::make(stream) : isa::SignalEvent::make(stream);
    if (node.isDma())
      isa::QueueSignal::setQueue(signal, static_cast<uint8_t>(sync.queue));
    signal.signal[0] = {static_cast<uint8_t>(sync.semaphore),
                        sync.lastOf >= 0 ? isa::Cond::IfP0 : isa::Cond::Always, sync.at};
    if (sync.lastOf >= 0)
      signal.pred[0] = inst.pred[1];
    push(signal);
  }
}

/// Signals that a loop gives when it has ended.
void Weaver::emitSignals(const Node &node, Engine stream) {
  for (const Sync &sync : node.signals) {
    if (sync.stream != stream)
      continue;
    isa::Inst inst =
        sync.queue >= 0 ? isa::QueueSignal::make(stream) : isa::SignalEvent::make(stream);
    if (sync.queue >= 0)
      isa::QueueSignal::setQueue(inst, static_cast<uint8_t>(sync.queue));
    inst.signal[0] = {static_cast<uint8_t>(sync.semaphore), isa::Cond::Always, sync.at};
    push(inst);
  }
}

/// A program ends when the transfers of its queues are known to be over.
void Weaver::drainQueues() {
  std::set<unsigned> queues;
  for (const isa::Inst &inst : code())
    if (isa::factsOf(inst.opcode).isDma)
      queues.insert(inst.sub & 15u);
  for (unsigned queue : queues) {
    unsigned done = semaphore(isa::AsmSemaphore::Queue, queue, 0);
    kernel.file.semaphores[done].consumers = static_cast<uint8_t>(1u << static_cast<unsigned>(now));
    isa::Inst inst = isa::QueueSignal::make(now);
    isa::QueueSignal::setQueue(inst, static_cast<uint8_t>(queue));
    inst.signal[0] = {static_cast<uint8_t>(done), isa::Cond::Always, isa::When::Complete};
    push(inst);
    take(done, now);
  }
}

Result<isa::AsmFile> Kernel::finish() {
  Weaver(*this).run();
  if (!firstProblem.empty())
    return Status(ErrorCode::InvalidArgument, "the kernel cannot be built: " + firstProblem);
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    for (size_t i = 0; i < file.stream[s].size(); ++i)
      NEURON_TRY(isa::check(file.stream[s][i], *row)
                     .within(formatText("%s at %zu", isa::toText(static_cast<Engine>(s)), i)));
  return std::move(file);
}

} // namespace neuron::kernels
