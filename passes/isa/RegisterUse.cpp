// Registers of instructions, from the table's operands and fields.
#include "passes/isa/RegisterUse.h"

using namespace neuron;
using namespace neuron::isa;

uint64_t isa::registersWritten(const Inst &inst) {
  if (inst.opcode == Opcode::RegisterAlu)
    return registerBit(RegisterAlu(inst).dst());
  if (inst.opcode == Opcode::RegisterLoad)
    return registerBit(RegisterLoad(inst).dst());
  return 0;
}

uint64_t isa::registersRead(const Inst &inst) {
  const InstFacts &facts = factsOf(inst);
  uint64_t read = 0;
  for (unsigned k = 0; k < facts.numOperands; ++k) {
    if (!inst.operand[k].present())
      continue;
    for (const Term &term : inst.operand[k].term)
      read |= registerBit(term.reg);
    read |= registerBit(inst.operand[k].countRegister);
  }
  for (Cond cond : {inst.exec, inst.accumulate, inst.signal[0].cond, inst.signal[1].cond})
    if (cond > Cond::Always)
      read |= registerBit(inst.pred[cond >= Cond::IfP1].reg);
  if (inst.exec != Cond::Always)
    read |= registersWritten(inst);
  if (inst.opcode == Opcode::RegisterStore)
    read |= registerBit(RegisterStore(inst).src());
  if (inst.opcode == Opcode::RegisterAlu) {
    RegisterAlu reg(inst);
    if (reg.op() != RegOp::Set)
      read |= registerBit(reg.a());
    if (reg.op() == RegOp::MultiplyAdd)
      read |= registerBit(reg.b());
  }
  return read;
}
