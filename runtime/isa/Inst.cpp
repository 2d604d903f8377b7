// Equality of instructions: every field, also those that the opcode does not use.
#include "runtime/isa/Isa.h"

namespace neuron::isa {

bool operator==(const Inst &a, const Inst &b) {
  return a.opcode == b.opcode && a.engine == b.engine && a.after == b.after && a.exec == b.exec &&
         a.accumulate == b.accumulate && a.pred == b.pred && a.wait == b.wait &&
         a.signal == b.signal && a.opId == b.opId && a.sub == b.sub && a.imm == b.imm &&
         a.operand == b.operand && a.update == b.update;
}

} // namespace neuron::isa
