// Which registers an instruction reads and writes, as bit masks.
#pragma once

#include "passes/isa/Sequence.h"

namespace neuron::isa {

constexpr uint64_t registerBit(unsigned reg) {
  return reg < kNumRegisters ? uint64_t(1) << reg : 0;
}

/// Addresses, run-time counts, conditions, sources. A conditional write keeps what was there and
/// therefore reads it.
uint64_t registersRead(const Inst &inst);

/// At most one bit.
uint64_t registersWritten(const Inst &inst);

/// True if an update that `count` iterations apply leaves the register as it found it.
inline bool returnsToEntry(const Update &update, uint64_t count) {
  return update.step > 0 && uint64_t(update.step) * count == update.wrap;
}

} // namespace neuron::isa
