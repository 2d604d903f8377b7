// Where a program waits, and how to make it wait for less.
#include "test/strict/WaitMutants.h"

#include "runtime/isa/Text.h"

namespace neuron::testing {
namespace {

using isa::Inst;
using isa::Opcode;

constexpr uint8_t kMostAfter = 15;

void listInstruction(const Inst &inst, unsigned stream, uint32_t pc,
                     std::vector<WaitMutant> &mutants) {
  auto add = [&](WaitMutant::Where where, bool lower) {
    mutants.push_back({WaitMutant::Removed, where, stream, pc});
    if (lower)
      mutants.push_back({WaitMutant::Lowered, where, stream, pc});
  };
  for (unsigned w = 0; w < 2; ++w)
    if (inst.wait[w].count)
      add(w ? WaitMutant::Wait1 : WaitMutant::Wait0, inst.wait[w].count > 1);
  if (inst.opcode == Opcode::Take && isa::Take(inst).count())
    add(WaitMutant::Instruction, isa::Take(inst).count() > 1);
  if (inst.opcode == Opcode::WaitGe)
    add(WaitMutant::Instruction, isa::WaitGe(inst).value() > 1);
  if (inst.opcode == Opcode::Barrier)
    add(WaitMutant::Instruction, false);
  if (inst.after)
    add(WaitMutant::After, inst.after < kMostAfter);
}

void removeWait(const WaitMutant &mutant, Inst &inst) {
  switch (mutant.where) {
  case WaitMutant::Wait0:
    inst.wait[0] = inst.wait[1];
    [[fallthrough]];
  case WaitMutant::Wait1:
    inst.wait[1] = {};
    break;
  case WaitMutant::After:
    inst.after = 0;
    break;
  default: { // what else the instruction waits for and signals stays
    Inst nop = isa::Nop::make(inst.engine);
    nop.wait = inst.wait;
    nop.signal = inst.signal;
    nop.after = inst.after;
    nop.pred = inst.pred;
    nop.opId = inst.opId;
    inst = nop;
    break;
  }
  }
}

void lowerWait(const WaitMutant &mutant, Inst &inst) {
  switch (mutant.where) {
  case WaitMutant::Wait0:
    --inst.wait[0].count;
    break;
  case WaitMutant::Wait1:
    --inst.wait[1].count;
    break;
  case WaitMutant::After:
    ++inst.after; // an instruction further back
    break;
  default:
    if (inst.opcode == Opcode::Take)
      isa::Take::setCount(inst, isa::Take(inst).count() - 1);
    else
      isa::WaitGe::setValue(inst, isa::WaitGe(inst).value() - 1);
    break;
  }
}

} // namespace

std::vector<WaitMutant> waitMutants(const rt::Program &program) {
  std::vector<WaitMutant> mutants;
  for (unsigned s = 0; s < isa::kNumEngines; ++s)
    for (uint32_t pc = 0; pc < program.stream[s].size(); ++pc)
      listInstruction(program.stream[s][pc], s, pc, mutants);
  for (uint32_t sem = 0; sem < isa::kNumSemaphores; ++sem)
    if (program.semaphores[sem].consumers)
      mutants.push_back({WaitMutant::Credit, WaitMutant::Initial, 0, sem});
  return mutants;
}

void weaken(rt::Program &program, const WaitMutant &mutant) {
  if (mutant.change == WaitMutant::Credit) {
    ++program.semaphores[mutant.pc].initial;
    return;
  }
  Inst &inst = program.stream[mutant.stream][mutant.pc];
  if (mutant.change == WaitMutant::Removed)
    removeWait(mutant, inst);
  else
    lowerWait(mutant, inst);
}

std::string toText(const rt::Program &program, const WaitMutant &mutant) {
  if (mutant.change == WaitMutant::Credit)
    return formatText("semaphore %u, a credit more", mutant.pc);
  static const char *const places[] = {"wait 0", "wait 1", "the wait", "after", "initial value"};
  const Inst &inst = program.stream[mutant.stream][mutant.pc];
  std::string layer = program.ops.layer(inst.opId, 0);
  return formatText("stream %u, instruction %u (%s), %s %s: %s", mutant.stream, mutant.pc,
                    layer.c_str(), places[mutant.where],
                    mutant.change == WaitMutant::Removed ? "removed" : "lowered",
                    isa::toText(inst).c_str());
}

} // namespace neuron::testing
