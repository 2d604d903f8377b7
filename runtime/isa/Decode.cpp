// Unpacking of instructions from bytes that nobody has vouched for.
//
// The fields are read without judgement; then the form of the instruction is checked, and its
// encoding must give back the same bytes. That one comparison covers every reserved bit.
#include "runtime/isa/Check.h"
#include "runtime/isa/Encode.h"

#include <cstring>

namespace neuron::isa {
namespace {

uint64_t get(const uint8_t *at, unsigned bytes) {
  uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i)
    value |= uint64_t(at[i]) << (8 * i);
  return value;
}

int64_t getSigned(const uint8_t *at, unsigned bytes) {
  unsigned unused = 64 - 8 * bytes;
  return static_cast<int64_t>(get(at, bytes) << unused) >> unused;
}

uint8_t registerOf(uint8_t byte) { return static_cast<uint8_t>(byte - 1); }

void getHeader(const uint8_t *at, Inst &inst) {
  inst.opcode = static_cast<Opcode>(at[0]);
  inst.after = at[1] >> 4;
  inst.engine = static_cast<Engine>(at[2] & 7);
  inst.exec = static_cast<Cond>(at[2] >> 3 & 7);
  inst.accumulate = static_cast<Cond>(at[3] & 7);
  for (unsigned i = 0; i < 2; ++i) {
    inst.pred[i].reg = registerOf(at[4 + i]);
    inst.pred[i].value = static_cast<uint16_t>(get(at + 6 + 2 * i, 2));
    inst.wait[i].sem = at[10 + 2 * i];
    inst.wait[i].count = at[11 + 2 * i];
    inst.signal[i].sem = at[14 + 2 * i];
    inst.signal[i].cond = static_cast<Cond>(at[15 + 2 * i] & 7);
    inst.signal[i].at = static_cast<When>(at[15 + 2 * i] >> 3 & 1);
    inst.imm[i] = static_cast<uint32_t>(get(at + 24 + 4 * i, 4));
  }
  inst.opId = static_cast<uint32_t>(get(at + 18, 3));
  inst.sub = static_cast<uint16_t>(get(at + 22, 2));
}

void getGeometry(const uint8_t *at, Operand &operand) {
  operand.space = static_cast<Space>(at[0] & 3);
  operand.dtype = static_cast<DType>(at[0] >> 2 & 31);
  operand.startPartition = at[1];
  operand.partitions = at[2];
  operand.numDims = at[3] <= kMaxDims ? at[3] : kMaxDims;
  operand.countRegister = registerOf(at[4]);
}

void getOnChip(const uint8_t *at, Operand &operand) {
  getGeometry(at, operand);
  operand.base = getSigned(at + 5, 3);
  for (unsigned t = 0; t < 2; ++t) {
    operand.term[t].reg = registerOf(at[8 + 4 * t]);
    operand.term[t].stride = getSigned(at + 9 + 4 * t, 3);
  }
  for (unsigned d = 0; d < operand.numDims; ++d) {
    operand.dim[d].step = static_cast<int32_t>(getSigned(at + 16 + 4 * d, 2));
    operand.dim[d].count = static_cast<uint32_t>(get(at + 18 + 4 * d, 2));
  }
}

void getDmaSide(const uint8_t *at, Operand &operand) {
  getGeometry(at, operand);
  operand.base = getSigned(at + 8, 8);
  for (unsigned t = 0; t < 2; ++t) {
    operand.term[t].reg = registerOf(at[5 + t]);
    operand.term[t].stride = getSigned(at + 16 + 6 * t, 6);
  }
  for (unsigned d = 0; d < operand.numDims; ++d) {
    operand.dim[d].step = static_cast<int32_t>(getSigned(at + 32 + 8 * d, 4));
    operand.dim[d].count = static_cast<uint32_t>(get(at + 36 + 8 * d, 4));
  }
}

void getUpdates(const uint8_t *at, Inst &inst) {
  for (unsigned u = 0; u < kNumUpdates; ++u) {
    inst.update[u].reg = registerOf(at[8 * u]);
    inst.update[u].step = static_cast<int16_t>(get(at + 8 * u + 2, 2));
    inst.update[u].wrap = static_cast<uint32_t>(get(at + 8 * u + 4, 4));
  }
}

/// Records that the opcode and the presence bits call for.
unsigned expectedRecords(const InstFacts &facts, unsigned presence) {
  unsigned records = facts.hasUpdates ? 2 : 1;
  for (unsigned o = 0; o < facts.numOperands; ++o)
    if (presence >> o & 1)
      records += facts.operand[o].dmaSide ? 2 : 1;
  return records;
}

void getOperands(const uint8_t *at, const InstFacts &facts, unsigned presence, Inst &inst) {
  for (unsigned o = 0; o < facts.numOperands; ++o) {
    if (!(presence >> o & 1))
      continue;
    if (facts.operand[o].dmaSide)
      getDmaSide(at, inst.operand[o]);
    else
      getOnChip(at, inst.operand[o]);
    at += kRecordBytes * (facts.operand[o].dmaSide ? 2 : 1);
  }
  if (facts.hasUpdates)
    getUpdates(at, inst);
}

Status compareBytes(const Inst &inst, const uint8_t *bytes, uint64_t length) {
  std::vector<uint8_t> canonical;
  if (Status status = encode(inst, canonical); !status.ok())
    return Status(ErrorCode::Malformed, status.message());
  for (uint64_t i = 0; i < length; ++i)
    if (i >= canonical.size() || canonical[i] != bytes[i])
      return Status::error(ErrorCode::Malformed, "%s: reserved bits are set in byte %llu",
                           factsOf(inst.opcode).mnemonic, static_cast<unsigned long long>(i));
  return Status::success();
}

} // namespace

Status decode(ByteSpan code, uint64_t &offset, Inst &inst) {
  ByteSpan header = code.slice(offset, kRecordBytes);
  if (header.empty())
    return Status(ErrorCode::Malformed, "the code ends within an instruction's header");
  const InstFacts *facts = findFacts(header.data[0]);
  if (!facts)
    return Status::error(ErrorCode::Malformed, "opcode 0x%02x is no instruction", header.data[0]);
  unsigned records = header.data[1] & 15, presence = header.data[3] >> 3;
  unsigned expected = expectedRecords(*facts, presence);
  if (records != expected)
    return Status::error(ErrorCode::Malformed, "%s: %u records, expected %u", facts->mnemonic,
                         records, expected);
  uint64_t length = records * kRecordBytes;
  ByteSpan bytes = code.slice(offset, length);
  if (bytes.empty())
    return Status::error(ErrorCode::Malformed, "%s: the code ends within its operands",
                         facts->mnemonic);
  inst = Inst();
  getHeader(bytes.data, inst);
  getOperands(bytes.data + kRecordBytes, *facts, presence, inst);
  NEURON_TRY(compareBytes(inst, bytes.data, length));
  offset += length;
  return Status::success();
}

} // namespace neuron::isa
