// Instructions as bytes: n records of 32 bytes, little-endian, the same on every host.
//
// Record 0, the header:
//   0 opcode   1 records:4, after:4   2 engine:3, exec:3   3 accumulate:3, presence:5
//   4 pred0 register   5 pred1 register   6 pred0 value   8 pred1 value
//   10 wait0 sem, count   12 wait1 sem, count   14 signal0 sem, how   16 signal1 sem, how
//   18 op id (24 bits)   21 zero   22 sub   24 imm0   28 imm1
// `presence` says which operands follow. A register is stored as number + 1, 0 is none. `how`
// is cond:3, at:1.
//
// An operand on chip, one record:
//   0 space:2, dtype:5   1 first partition   2 partitions   3 dims:3   4 count register
//   5 base (24 bits)   8 term0 register, stride (24)   12 term1 the same   16 4 x (step 16,
//   count 16)
// A side of a DMA instruction, two records:
//   0..4 the same   5 term0 register   6 term1 register   7 zero   8 base (64)
//   16 term0 stride (48)   22 term1 stride (48)   28 zero   32 4 x (step 32, count 32)
// Loop updates, one record: 4 x (register 8, zero 8, step 16, wrap 32).
//
// Bits that mean nothing are zero, and decoding refuses others: one instruction has one
// encoding.
#pragma once

#include "runtime/base/Bytes.h"
#include "runtime/base/Status.h"
#include "runtime/isa/Isa.h"

#include <vector>

namespace neuron::isa {

inline constexpr uint64_t kRecordBytes = 32;
inline constexpr uint64_t kMaxRecords = 15;

/// Appends the instruction. Errors: those of checkForm.
Status encode(const Inst &inst, std::vector<uint8_t> &code);

/// Reads the instruction at `offset` and moves the offset behind it.
/// Errors: Malformed for bytes that no instruction encodes to. Never reads outside `code`.
Status decode(ByteSpan code, uint64_t &offset, Inst &inst);

/// Bytes of the encoded instruction, for instruction fetch. The instruction has a legal form.
uint64_t encodedBytes(const Inst &inst);

} // namespace neuron::isa
