// Packing of instructions. Ranges have been checked before: a field is only narrowed here.
#include "runtime/isa/Encode.h"
#include "runtime/isa/Check.h"

namespace neuron::isa {
namespace {

/// Writes the low `bytes` bytes of a two's complement number.
void put(uint8_t *at, uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i)
    at[i] = static_cast<uint8_t>(value >> (8 * i));
}

void put(uint8_t *at, int64_t value, unsigned bytes) {
  put(at, static_cast<uint64_t>(value), bytes);
}

uint8_t registerByte(uint8_t reg) { return static_cast<uint8_t>(reg + 1); }

uint8_t signalByte(const Signal &signal) {
  return static_cast<uint8_t>(static_cast<unsigned>(signal.cond) | static_cast<unsigned>(signal.at)
                                                                       << 3);
}

void putHeader(uint8_t *at, const Inst &inst, uint64_t records, unsigned presence) {
  at[0] = static_cast<uint8_t>(inst.opcode);
  at[1] = static_cast<uint8_t>(records | inst.after << 4);
  at[2] = static_cast<uint8_t>(static_cast<unsigned>(inst.engine) | static_cast<unsigned>(inst.exec)
                                                                        << 3);
  at[3] = static_cast<uint8_t>(static_cast<unsigned>(inst.accumulate) | presence << 3);
  for (unsigned i = 0; i < 2; ++i) {
    at[4 + i] = registerByte(inst.pred[i].reg);
    put(at + 6 + 2 * i, uint64_t(inst.pred[i].value), 2);
    at[10 + 2 * i] = inst.wait[i].sem;
    at[11 + 2 * i] = inst.wait[i].count;
    at[14 + 2 * i] = inst.signal[i].sem;
    at[15 + 2 * i] = signalByte(inst.signal[i]);
    put(at + 24 + 4 * i, uint64_t(inst.imm[i]), 4);
  }
  put(at + 18, uint64_t(inst.opId), 3);
  put(at + 22, uint64_t(inst.sub), 2);
}

void putGeometry(uint8_t *at, const Operand &operand) {
  at[0] = static_cast<uint8_t>(static_cast<unsigned>(operand.space) |
                               static_cast<unsigned>(operand.dtype) << 2);
  at[1] = operand.startPartition;
  at[2] = operand.partitions;
  at[3] = operand.numDims;
  at[4] = registerByte(operand.countRegister);
}

void putOnChip(uint8_t *at, const Operand &operand) {
  putGeometry(at, operand);
  put(at + 5, operand.base, 3);
  for (unsigned t = 0; t < 2; ++t) {
    at[8 + 4 * t] = registerByte(operand.term[t].reg);
    put(at + 9 + 4 * t, operand.term[t].stride, 3);
  }
  for (unsigned d = 0; d < operand.numDims; ++d) {
    put(at + 16 + 4 * d, int64_t(operand.dim[d].step), 2);
    put(at + 18 + 4 * d, uint64_t(operand.dim[d].count), 2);
  }
}

void putDmaSide(uint8_t *at, const Operand &operand) {
  putGeometry(at, operand);
  put(at + 8, operand.base, 8);
  for (unsigned t = 0; t < 2; ++t) {
    at[5 + t] = registerByte(operand.term[t].reg);
    put(at + 16 + 6 * t, operand.term[t].stride, 6);
  }
  for (unsigned d = 0; d < operand.numDims; ++d) {
    put(at + 32 + 8 * d, int64_t(operand.dim[d].step), 4);
    put(at + 36 + 8 * d, uint64_t(operand.dim[d].count), 4);
  }
}

void putUpdates(uint8_t *at, const Inst &inst) {
  for (unsigned u = 0; u < kNumUpdates; ++u) {
    at[8 * u] = registerByte(inst.update[u].reg);
    put(at + 8 * u + 2, int64_t(inst.update[u].step), 2);
    put(at + 8 * u + 4, uint64_t(inst.update[u].wrap), 4);
  }
}

uint64_t recordsOf(const Inst &inst, const InstFacts &facts) {
  uint64_t records = facts.hasUpdates ? 2 : 1;
  for (unsigned o = 0; o < facts.numOperands; ++o)
    if (inst.operand[o].present())
      records += facts.operand[o].dmaSide ? 2 : 1;
  return records;
}

} // namespace

uint64_t encodedBytes(const Inst &inst) {
  return recordsOf(inst, factsOf(inst.opcode)) * kRecordBytes;
}

Status encode(const Inst &inst, std::vector<uint8_t> &code) {
  NEURON_TRY(checkForm(inst));
  const InstFacts &facts = factsOf(inst.opcode);
  uint64_t records = recordsOf(inst, facts), begin = code.size();
  code.resize(begin + records * kRecordBytes);
  uint8_t *at = code.data() + begin;
  unsigned presence = 0;
  for (unsigned o = 0; o < facts.numOperands; ++o)
    presence |= unsigned(inst.operand[o].present()) << o;
  putHeader(at, inst, records, presence);
  at += kRecordBytes;
  for (unsigned o = 0; o < facts.numOperands; ++o) {
    if (!inst.operand[o].present())
      continue;
    if (facts.operand[o].dmaSide)
      putDmaSide(at, inst.operand[o]);
    else
      putOnChip(at, inst.operand[o]);
    at += kRecordBytes * (facts.operand[o].dmaSide ? 2 : 1);
  }
  if (facts.hasUpdates)
    putUpdates(at, inst);
  return Status::success();
}

} // namespace neuron::isa
