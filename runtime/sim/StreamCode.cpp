// The jumps of a stream, found once: matching loops, ends of functions, callees.
#include "runtime/sim/Sequencer.h"

#include <algorithm>

namespace neuron::sim {

using isa::Cond;
using isa::Inst;
using isa::Opcode;

namespace {

/// 0 for no register.
uint64_t registerBit(unsigned reg) { return reg < isa::kNumRegisters ? uint64_t(1) << reg : 0; }

} // namespace

Result<StreamCode> StreamCode::make(isa::Engine stream, const Inst *first, uint32_t count,
                                    std::vector<uint32_t> entries, uint32_t main) {
  StreamCode code;
  code.engine = stream;
  code.first = first;
  code.count = count;
  code.entries = std::move(entries);
  code.start = code.entry(main);
  if (code.start != kNoPc && code.start >= count)
    code.start = kNoPc;
  NEURON_TRY(code.resolve().within(formatText("stream %s", streamText(stream))));
  return code;
}

Status StreamCode::resolve() {
  row.resize(count);
  std::vector<uint32_t> bounds;
  for (uint32_t entry : entries)
    if (entry < count)
      bounds.push_back(entry);
    else if (entry != kNoPc && entry != count)
      return Status::error(ErrorCode::Malformed, "function entry %u of %u instructions", entry,
                           count);
  std::sort(bounds.begin(), bounds.end());
  if (count && (bounds.empty() || bounds.front() != 0))
    return Status::error(ErrorCode::Malformed, "instruction 0 belongs to no function");
  for (size_t i = 0; i < bounds.size(); ++i) {
    uint32_t end = i + 1 < bounds.size() ? bounds[i + 1] : count;
    if (end != bounds[i])
      NEURON_TRY(matchLoops(bounds[i], end));
  }
  resolveRegisters();
  return Status::success();
}

void StreamCode::resolveConditions(const Inst &inst, Row &facts) const {
  facts.plain = inst.exec <= Cond::Always && inst.accumulate <= Cond::Always &&
                inst.signal[0].cond <= Cond::Always && inst.signal[1].cond <= Cond::Always;
  facts.executes = inst.exec == Cond::Always;
  facts.accumulates = inst.accumulate == Cond::Always;
  facts.fires = {inst.signal[0].cond == Cond::Always, inst.signal[1].cond == Cond::Always};
  facts.plainWaits = inst.opcode != Opcode::WaitGe;
  auto add = [&](isa::Wait wait) {
    for (unsigned i = 0; i < facts.numWaits; ++i)
      facts.plainWaits &= facts.wait[i].sem != wait.sem;
    facts.wait[facts.numWaits++] = wait;
  };
  for (const isa::Wait &wait : inst.wait)
    if (wait.count)
      add(wait);
  if (inst.opcode == Opcode::Take && isa::Take(inst).count()) {
    facts.plainWaits &= inst.exec == Cond::Always;
    add({static_cast<uint8_t>(isa::Take(inst).sem()),
         static_cast<decltype(isa::Wait::count)>(isa::Take(inst).count())});
    facts.plainWaits &= facts.wait[facts.numWaits - 1].count == isa::Take(inst).count();
  }
}

void StreamCode::noteSteering(const Inst &inst, const Row &facts) {
  auto add = [&](unsigned reg) { use.steering |= registerBit(reg); };
  for (const isa::Operand &operand : inst.operand) {
    add(operand.countRegister);
    for (const isa::Term &term : operand.term)
      if (facts.counted) // the segment that a run-time count is of decides the load
        add(term.reg);
  }
  if (inst.opcode == Opcode::Loop && isa::Loop(inst).countFromRegister())
    add(isa::Loop(inst).countRegister());
  if (inst.opcode == Opcode::RegisterLoad)
    add(isa::RegisterLoad(inst).dst());
  if (inst.opcode == Opcode::RegisterAlu) {
    isa::RegisterAlu alu(inst);
    add(alu.dst());
    add(alu.a());
    if (alu.op() == isa::RegOp::MultiplyAdd)
      add(alu.b());
  }
  absolute |= inst.opcode == Opcode::WaitGe;
}

/// Sorts the registers by what they are used for. What fits nowhere steers.
void StreamCode::resolveRegisters() {
  uint64_t tested = 0, wraps = 0, grows = 0, falls = 0, rests = 0;
  for (uint32_t pc = 0; pc < count; ++pc) {
    noteSteering(first[pc], row[pc]);
    for (const isa::Predicate &predicate : first[pc].pred) {
      tested |= registerBit(predicate.reg);
      if (registerBit(predicate.reg))
        use.thresholds.push_back({predicate.reg, predicate.value});
    }
    for (const isa::Update &update : first[pc].update) {
      (update.wrap ? wraps : grows) |= registerBit(update.reg);
      falls |= update.step < 0 ? registerBit(update.reg) : 0;
      rests |= update.step == 0 ? registerBit(update.reg) : 0;
      if (registerBit(update.reg) && update.wrap)
        use.thresholds.push_back({update.reg, update.wrap});
    }
  }
  const uint64_t free = ~use.steering, addresses = wraps & ~grows & ~tested & ~falls & free;
  use.counted = grows & ~wraps & ~tested & free;
  use.compared = tested & (wraps | grows) & ~falls & ~rests & free;
  use.steering =
      (use.steering | tested | wraps | grows) & ~addresses & ~use.counted & ~use.compared;
}

Status StreamCode::matchLoops(uint32_t begin, uint32_t end) {
  std::vector<uint32_t> open;
  for (uint32_t pc = begin; pc < end; ++pc) {
    const Inst &inst = first[pc];
    Row &facts = row[pc];
    const isa::InstFacts *table = isa::findFacts(static_cast<uint8_t>(inst.opcode));
    if (!table)
      return Status::error(ErrorCode::Malformed, "instruction %u has no opcode of the table", pc);
    facts.control = table->isControl;
    facts.waits = inst.wait[0].count || inst.wait[1].count || inst.opcode == Opcode::Take ||
                  inst.opcode == Opcode::WaitGe;
    resolveConditions(inst, facts);
    for (unsigned k = 0; k < isa::kMaxOperands; ++k)
      if (inst.operand[k].present()) {
        facts.operands = static_cast<uint8_t>(k + 1);
        facts.counted |= inst.operand[k].countRegister < isa::kNumRegisters;
      }
    if (inst.opcode == Opcode::Loop)
      open.push_back(pc);
    if (inst.opcode == Opcode::EndLoop) {
      if (open.empty())
        return Status::error(ErrorCode::Malformed, "endloop at %u without a loop", pc);
      facts.match = open.back();
      row[open.back()].match = pc;
      open.pop_back();
    }
    if (inst.opcode == Opcode::Call && entry(isa::Call(inst).function()) >= count)
      return Status::error(ErrorCode::Malformed, "call at %u of function %u, which is not there",
                           pc, isa::Call(inst).function());
  }
  if (!open.empty())
    return Status::error(ErrorCode::Malformed, "loop at %u without an endloop", open.back());
  if (first[end - 1].opcode != Opcode::Return)
    return Status::error(ErrorCode::Malformed,
                         "the function that begins at %u does not end with "
                         "a return",
                         begin);
  return Status::success();
}

} // namespace neuron::sim
