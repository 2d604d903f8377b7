// Control flow of one stream, one instruction a step.
//
// `next` is the inner loop of every walk. What can be known from the code alone (matching loop
// ends, how many operands, whether it is control) is in a row beside each instruction, so that
// a step touches the registers and little else.
#include "runtime/sim/Sequencer.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace neuron::sim {

using isa::Cond;
using isa::Inst;
using isa::Opcode;

// --- Issue -----------------------------------------------------------------------------------

isa::Operand Issue::operand(unsigned k) const {
  isa::Operand operand = inst->operand[k];
  if (!operand.present())
    return operand;
  operand.base = base[k];
  operand.term = {};
  operand.countRegister = isa::kNoRegister;
  if (operand.numDims)
    operand.dim[0].count = outerCount[k];
  return operand;
}

Inst Issue::resolved() const {
  Inst copy = *inst;
  for (unsigned k = 0; k < numOperands; ++k)
    copy.operand[k] = operand(k);
  return copy;
}

// --- Sequencer -------------------------------------------------------------------------------

Sequencer::Sequencer(const StreamCode &code, Addresses addresses)
    : code(code), addresses(addresses) {
  restart();
}

void Sequencer::restart() {
  at = code.begin();
  count = engineCount = iteration = 0;
  regs.fill(0);
  for (auto &perEngine : taken)
    perEngine.fill(0);
  loops.clear();
  calls.clear();
  loops.reserve(kMaxLoopDepth);
  calls.reserve(isa::kMaxCallDepth);
  awaited = isa::kNoRegister;
  barrier = Barrier::None;
  trouble = {};
}

Place Sequencer::place() const {
  return {code.stream(), at, count, at < code.size() ? code.at(at).opId : 0, iteration};
}

StepKind Sequencer::refuse(FaultKind kind, const char *format, ...) {
  char text[200];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  trouble.kind = kind;
  trouble.at = place();
  trouble.message = text;
  return StepKind::Faulted;
}

bool Sequencer::holds(const isa::Predicate &predicate) const {
  return predicate.reg < isa::kNumRegisters && regs[predicate.reg] == predicate.value;
}

bool Sequencer::holds(Cond cond, const Inst &inst) const {
  switch (cond) {
  case Cond::Never:
    return false;
  case Cond::Always:
    return true;
  case Cond::IfP0:
    return holds(inst.pred[0]);
  case Cond::IfNotP0:
    return !holds(inst.pred[0]);
  case Cond::IfP1:
    return holds(inst.pred[1]);
  case Cond::IfNotP1:
    return !holds(inst.pred[1]);
  }
  return false;
}

/// The same for waits that depend on nothing.
inline bool Sequencer::reachedPlain(const StreamCode::Row &facts, unsigned engine,
                                    const uint64_t *semaphores) {
  auto &mine = taken[engine];
  for (unsigned i = 0; i < facts.numWaits; ++i) {
    const isa::Wait &wait = facts.wait[i];
    uint64_t level = mine[wait.sem] + wait.count;
    if (semaphores[wait.sem] < level) {
      wanted = {wait.sem, level};
      return false;
    }
    out.waits[i] = {wait.sem, level};
  }
  for (unsigned i = 0; i < facts.numWaits; ++i)
    mine[out.waits[i].sem] = out.waits[i].value;
  out.numWaits = facts.numWaits;
  return true;
}

/// True when all waits are satisfied; they are then taken and listed in `out`.
bool Sequencer::reached(const Inst &inst, const uint64_t *semaphores) {
  auto &mine = taken[static_cast<unsigned>(inst.engine)];
  struct {
    uint8_t sem;
    uint32_t take;
    uint64_t level;
  } want[3];
  unsigned n = 0;
  for (const isa::Wait &wait : inst.wait)
    if (wait.count)
      want[n++] = {wait.sem, wait.count, 0};
  if (inst.opcode == Opcode::Take && out.executes)
    if (uint32_t amount = isa::Take(inst).count())
      want[n++] = {isa::Take(inst).sem(), amount, 0};
  for (unsigned i = 0; i < n; ++i) {
    want[i].level = mine[want[i].sem] + want[i].take;
    for (unsigned j = 0; j < i; ++j) // two waits on one semaphore add up
      if (want[j].sem == want[i].sem)
        want[i].level += want[j].take;
  }
  uint8_t absolute = 0;
  uint64_t absoluteLevel = 0;
  if (inst.opcode == Opcode::WaitGe && out.executes) {
    absolute = isa::WaitGe(inst).sem();
    absoluteLevel = isa::WaitGe(inst).value();
  }
  for (unsigned i = 0; i < n; ++i)
    if (semaphores[want[i].sem] < want[i].level) {
      wanted = {want[i].sem, want[i].level};
      return false;
    }
  if (absoluteLevel && semaphores[absolute] < absoluteLevel) {
    wanted = {absolute, absoluteLevel};
    return false;
  }
  for (unsigned i = 0; i < n; ++i) {
    mine[want[i].sem] += want[i].take;
    out.waits[out.numWaits++] = {want[i].sem, want[i].level};
  }
  if (absoluteLevel && out.numWaits < out.waits.size())
    out.waits[out.numWaits++] = {absolute, absoluteLevel};
  return true;
}

bool Sequencer::resolveOperands(const Inst &inst) {
  for (unsigned k = 0; k < out.numOperands; ++k) {
    const isa::Operand &operand = inst.operand[k];
    int64_t base = operand.base;
    for (const isa::Term &term : operand.term) {
      if (term.reg >= isa::kNumRegisters)
        continue;
      int64_t product;
      if (__builtin_mul_overflow(regs[term.reg], term.stride, &product) ||
          __builtin_add_overflow(base, product, &base)) {
        refuse(FaultKind::OutOfBounds, "address of operand %u overflows 64 bits", k);
        return false;
      }
    }
    out.base[k] = base;
    uint32_t outer = operand.dim[0].count;
    if (operand.countRegister < isa::kNumRegisters && operand.numDims) {
      int64_t length = regs[operand.countRegister];
      if (length < 0 || length > outer) {
        refuse(FaultKind::OutOfBounds, "run-time count %lld of operand %u, at most %u",
               static_cast<long long>(length), k, outer);
        return false;
      }
      outer = static_cast<uint32_t>(length);
    }
    out.outerCount[k] = outer;
  }
  return true;
}

StepKind Sequencer::next(const uint64_t *semaphores) {
  if (trouble.raised())
    return StepKind::Faulted;
  if (at == kNoPc)
    return StepKind::Ended;
  if (awaitsValue())
    return refuse(FaultKind::Internal, "stepped before the loaded register had its value");
  const Inst &inst = code.first[at];
  const StreamCode::Row &facts = code.row[at];
  out.numWaits = 0;
  out.executes = facts.plain ? facts.executes : holds(inst.exec, inst);
  if (facts.waits && barrier == Barrier::None &&
      !(facts.plainWaits ? reachedPlain(facts, static_cast<unsigned>(inst.engine), semaphores)
                         : reached(inst, semaphores)))
    return StepKind::Blocked;
  if (inst.opcode == Opcode::Barrier && out.executes) {
    // The waits are taken once; the instruction is handed out when everybody has arrived.
    bool passed = barrier == Barrier::Passed;
    barrier = passed ? Barrier::None : Barrier::Standing;
    if (!passed)
      return StepKind::AtBarrier;
  }

  out.inst = &inst;
  out.stream = inst.engine;
  out.pc = at;
  out.index = count;
  out.iteration = iteration;
  out.engineIndex = engineCount;
  out.control = facts.control;
  if (facts.plain) {
    out.accumulates = facts.accumulates;
    out.fires = facts.fires;
  } else {
    out.accumulates = holds(inst.accumulate, inst);
    out.fires = {holds(inst.signal[0].cond, inst), holds(inst.signal[1].cond, inst)};
  }
  out.numOperands = addresses == Addresses::Resolved || facts.counted ? facts.operands : 0;
  if (out.numOperands && !resolveOperands(inst))
    return StepKind::Faulted;
  if (inst.opcode == Opcode::RegisterLoad && out.executes)
    awaited = isa::RegisterLoad(inst).dst();
  if (facts.control) {
    if (!control(inst))
      return StepKind::Faulted;
  } else {
    ++engineCount;
    ++at;
  }
  ++count;
  out.nextPc = at;
  return StepKind::Issued;
}

bool Sequencer::control(const Inst &inst) {
  if (!out.executes) {
    at = inst.opcode == Opcode::Loop ? code.match(at) + 1 : at + 1;
    return true;
  }
  switch (inst.opcode) {
  case Opcode::Loop:
    return enterLoop(inst);
  case Opcode::EndLoop:
    return endLoop();
  case Opcode::Call:
    return enterCall(isa::Call(inst).function());
  case Opcode::Return:
    return leaveCall();
  case Opcode::RegisterAlu:
    if (!registerAlu(inst))
      return false;
    ++at;
    return true;
  default:
    ++at;
    return true;
  }
}

bool Sequencer::enterLoop(const Inst &inst) {
  isa::Loop loop(inst);
  int64_t iterations = loop.count();
  if (loop.countFromRegister())
    iterations = regs[loop.countRegister()];
  if (iterations < 0) {
    refuse(FaultKind::OutOfBounds, "loop count %lld", static_cast<long long>(iterations));
    return false;
  }
  if (iterations == 0) {
    at = code.match(at) + 1;
    return true;
  }
  if (loops.size() == kMaxLoopDepth) {
    refuse(FaultKind::IllegalInstruction, "more than %u loops are open", kMaxLoopDepth);
    return false;
  }
  loops.push_back({at, static_cast<uint64_t>(iterations - 1)});
  ++at;
  return true;
}

bool Sequencer::endLoop() {
  uint32_t begin = code.match(at);
  if (loops.empty() || loops.back().begin != begin) {
    refuse(FaultKind::IllegalInstruction, "endloop of a loop that was not entered");
    return false;
  }
  for (const isa::Update &update : code.first[begin].update) {
    if (update.reg >= isa::kNumRegisters)
      continue;
    int64_t value = regs[update.reg] + update.step;
    if (update.wrap && value >= static_cast<int64_t>(update.wrap)) {
      value = 0;
      ++wraps[update.reg];
    }
    if (!setRegister(update.reg, value))
      return false;
  }
  if (loops.back().left == 0) {
    loops.pop_back();
    if (loops.empty())
      iteration = 0;
    ++at;
  } else {
    if (loops.size() == 1)
      ++iteration;
    --loops.back().left;
    ++begun;
    ++begunAt[std::min<size_t>(loops.size(), begunAt.size()) - 1];
    at = begin + 1;
  }
  return true;
}

bool Sequencer::enterCall(uint32_t function) {
  uint32_t entry = code.entry(function);
  if (calls.size() == isa::kMaxCallDepth) {
    refuse(FaultKind::IllegalInstruction, "calls are nested deeper than %u", isa::kMaxCallDepth);
    return false;
  }
  for (const Call &open : calls)
    if (open.callee == entry) {
      refuse(FaultKind::IllegalInstruction, "function %u calls itself", function);
      return false;
    }
  calls.push_back({at + 1, entry, static_cast<uint32_t>(loops.size())});
  at = entry;
  return true;
}

bool Sequencer::leaveCall() {
  size_t outer = calls.empty() ? 0 : calls.back().loops;
  if (loops.size() != outer) {
    refuse(FaultKind::IllegalInstruction, "return from within a loop");
    return false;
  }
  if (calls.empty()) {
    at = kNoPc;
    return true;
  }
  at = calls.back().back;
  calls.pop_back();
  return true;
}

bool Sequencer::setRegister(unsigned r, int64_t value) {
  if (value < -(int64_t(1) << 31) || value >= (int64_t(1) << 32)) {
    refuse(FaultKind::UndefinedBehaviour,
           "register %u would be %lld, which needs more than 32 "
           "bits",
           r, static_cast<long long>(value));
    return false;
  }
  regs[r] = value;
  return true;
}

bool Sequencer::registerAlu(const Inst &inst) {
  isa::RegisterAlu alu(inst);
  int64_t a = regs[alu.a()], imm = alu.imm();
  int64_t value = 0;
  // Registers have 33 bits and immediates 32: no product or sum leaves 64.
  switch (alu.op()) {
  case isa::RegOp::Set:
    value = imm;
    break;
  case isa::RegOp::Copy:
    value = a;
    break;
  case isa::RegOp::Add:
    value = a + imm;
    break;
  case isa::RegOp::Subtract:
    value = a - imm;
    break;
  case isa::RegOp::Multiply:
    value = a * imm;
    break;
  case isa::RegOp::MultiplyAdd:
    if (alu.b() >= isa::kNumRegisters) {
      refuse(FaultKind::IllegalInstruction, "register %u of %u", alu.b(), isa::kNumRegisters);
      return false;
    }
    // |a * imm| may be 2^63 exactly; unsigned arithmetic is defined and the check follows.
    if (__builtin_mul_overflow(a, imm, &value) ||
        __builtin_add_overflow(value, regs[alu.b()], &value))
      value = INT64_MAX;
    break;
  case isa::RegOp::Min:
    value = std::min(a, imm);
    break;
  case isa::RegOp::Max:
    value = std::max(a, imm);
    break;
  }
  return setRegister(alu.dst(), value);
}

void Sequencer::provide(int64_t value) {
  if (!awaitsValue())
    return;
  uint8_t r = awaited;
  awaited = isa::kNoRegister;
  setRegister(r, value);
}

void Sequencer::passBarrier() {
  for (auto &perEngine : taken)
    perEngine.fill(0);
  barrier = Barrier::Passed;
}

} // namespace neuron::sim
