// From the table's roles to access rows.
#include "runtime/sim/Footprint.h"

namespace neuron::sim {
namespace {

using isa::Opcode;

constexpr int64_t kSegmentMask = (int64_t(1) << isa::kSegmentShift) - 1;

/// The operand of an indirect transfer that describes one row, or none.
unsigned rowOperand(const isa::Inst &inst) {
  if (inst.opcode == Opcode::DmaGather)
    return isa::DmaGather::kSrc;
  if (inst.opcode == Opcode::DmaScatter)
    return isa::DmaScatter::kDst;
  return isa::kMaxOperands;
}

uint8_t queueOf(const isa::Inst &inst) { return isa::Dma(inst).queue(); }

} // namespace

void Footprint::build(const StreamCode &code) {
  rows.assign(code.size(), {});
  accesses.clear();
  patterns.clear();
  byCount.clear();
  for (uint32_t pc = 0; pc < code.size(); ++pc) {
    const isa::Inst &inst = code.at(pc);
    const isa::InstFacts *facts = isa::findFacts(static_cast<uint8_t>(inst.opcode));
    if (!facts)
      continue;
    InstructionRow &row = rows[pc];
    row.first = static_cast<uint32_t>(accesses.size());
    if (facts->isDma)
      row.queue = queueOf(inst);
    for (bool write : {false, true})
      for (unsigned k = 0; k < facts->numOperands; ++k)
        if (inst.operand[k].present() && write == (facts->operand[k].role != isa::Role::Read)) {
          addOperand(inst, *facts, k);
          if (write && facts->isDma)
            row.foldedWrite |= overlapsItself(inst.operand[k], facts->operand[k].dmaSide);
        }
    row.count = static_cast<uint8_t>(accesses.size() - row.first);
  }
}

void Footprint::addOperand(const isa::Inst &inst, const isa::InstFacts &facts, unsigned k) {
  const isa::Operand &operand = inst.operand[k];
  AccessRow access;
  access.operand = static_cast<uint8_t>(k);
  access.space = operand.space;
  if (operand.space != isa::Space::Hbm) {
    unsigned end = operand.startPartition + unsigned(operand.partitions);
    access.firstPartition = operand.startPartition;
    access.endPartition = static_cast<uint8_t>(end < 255 ? end : 255);
  }
  access.write = facts.operand[k].role != isa::Role::Read;
  access.byteSteps = facts.operand[k].dmaSide;
  access.counted = operand.countRegister < isa::kNumRegisters && operand.numDims;
  patterns.push_back(k == rowOperand(inst) ? makeRowsPattern(operand, inst.imm[0], inst.imm[1])
                                           : makePattern(operand, access.byteSteps));
  access.pattern = &patterns.back();
  accesses.push_back(access);
}

const Pattern *Footprint::counted(const AccessRow &access, const Issue &issue) {
  uint64_t key =
      static_cast<uint64_t>(&access - accesses.data()) << 32 | issue.outerCount[access.operand];
  const Pattern *&known = byCount[key];
  if (!known) {
    isa::Operand operand = issue.operand(access.operand);
    patterns.push_back(access.operand == rowOperand(*issue.inst)
                           ? makeRowsPattern(operand, issue.inst->imm[0], issue.inst->imm[1])
                           : makePattern(operand, access.byteSteps));
    known = &patterns.back();
  }
  return known;
}

bool Footprint::locate(const AccessRow &access, const Issue &issue, Touch &touch) {
  touch.pattern = access.counted ? counted(access, issue) : access.pattern;
  touch.space = access.space;
  touch.firstPartition = access.firstPartition;
  touch.endPartition = access.endPartition;
  touch.write = access.write;
  touch.pc = issue.pc;
  int64_t base = issue.base[access.operand];
  if (base < 0)
    return false;
  if (access.space == isa::Space::Hbm) {
    int64_t segment = base >> isa::kSegmentShift;
    if (segment > UINT32_MAX)
      return false;
    touch.segment = static_cast<uint32_t>(segment);
    base &= kSegmentMask;
  }
  touch.low = base + touch.pattern->low;
  return touch.low >= 0;
}

} // namespace neuron::sim
