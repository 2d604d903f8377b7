// Streams of a kernel: every engine gets its instructions in its own copy of the loop nest.
//
// Registers: r1 to r15 count the iterations of loops by depth, r16 to r47 rotate slots, one for
// each loop and number of slots, the rest hold sums of more than two terms of an address.
#include "models/kernels/Weave.h"

#include "runtime/isa/Check.h"
#include "runtime/isa/Text.h"

#include <algorithm>

namespace neuron::kernels {
namespace {

constexpr uint8_t kFirstSlotRegister = 16, kFirstSum = 48, kNumSums = 16;
constexpr unsigned kMaxDepth = kFirstSlotRegister - 1;

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
  made.name = formatText("s%zu", kernel.file.semaphores.size());
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

uint8_t Weaver::inductionOf(unsigned loop) const {
  return static_cast<uint8_t>(loops.at(loop)->depth);
}

uint8_t Weaver::slotRegister(int tile) {
  const Kernel::TileFacts &facts = kernel.tiles[static_cast<size_t>(tile)];
  auto [at, fresh] = slotRegisters.insert(
      {{facts.level->loop, facts.slots},
       static_cast<uint8_t>(kFirstSlotRegister + slotRegisters.size())});
  if (fresh && at->second >= kFirstSum)
    kernel.problem("too many registers for slots");
  return at->second;
}

/// The address as base and at most two terms; more are added up by instructions before it.
void Weaver::resolve(const View &view, isa::Operand &operand, Engine stream) {
  operand.base += view.bytes.constant;
  std::vector<std::pair<uint8_t, int64_t>> terms;
  for (const auto &[loop, factor] : view.bytes.terms)
    if (factor)
      terms.push_back({inductionOf(loop), factor});
  const Kernel::TileFacts *facts =
      view.tile >= 0 ? &kernel.tiles[static_cast<size_t>(view.tile)] : nullptr;
  if (facts && facts->slots > 1)
    terms.push_back({slotRegister(view.tile), facts->slotBytes});
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

void Weaver::emitLoop(const Node &node, Engine stream) {
  for (const Sync &sync : node.takes)
    if (sync.stream == stream)
      take(sync.semaphore, stream);
  if (node.depth > kMaxDepth)
    return kernel.problem("loops nest too deep");
  bool empty = true;
  for (const auto &child : node.children)
    empty &= !takesPart(*child, stream);
  size_t at = code().size();
  if (!empty) {
    isa::Inst loop = isa::Loop::make(stream);
    isa::Loop::setCount(loop, static_cast<uint32_t>(node.count));
    push(loop);
    for (const auto &child : node.children)
      emit(*child, stream);
    push(isa::EndLoop::make(stream));
    unsigned updates = 0;
    auto update = [&](uint8_t reg, uint64_t wrap) {
      if (!used.count(reg))
        return;
      if (updates == isa::kNumUpdates)
        return kernel.problem("a loop updates more than four registers");
      code()[at].update[updates++] = {reg, 1, static_cast<uint32_t>(wrap)};
    };
    update(static_cast<uint8_t>(node.depth), node.count);
    used.erase(static_cast<uint8_t>(node.depth));
    for (const auto &[key, reg] : slotRegisters)
      if (key.first == node.loop)
        update(reg, key.second);
  }
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
    inst.pred[0] = {inductionOf(static_cast<unsigned>(node.accumulateLoop)), 0};
    used.insert(inst.pred[0].reg);
  }
  unsigned given = 0;
  std::vector<Sync> later;
  for (const Sync &sync : node.signals) {
    isa::Cond cond = isa::Cond::Always;
    if (sync.lastOf >= 0) {
      const Node &loop = *loops.at(static_cast<unsigned>(sync.lastOf));
      inst.pred[1] = {static_cast<uint8_t>(loop.depth), static_cast<uint16_t>(loop.count - 1)};
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
    isa::Inst signal = node.isDma() ? isa::QueueSignal::make(stream) : isa::SignalEvent::make(stream);
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
    isa::Inst inst = sync.queue >= 0 ? isa::QueueSignal::make(stream) : isa::SignalEvent::make(stream);
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
    kernel.file.semaphores[done].consumers =
        static_cast<uint8_t>(1u << static_cast<unsigned>(now));
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
