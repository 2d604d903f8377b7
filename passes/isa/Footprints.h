// What every instruction reads and writes, as sets of bytes that depend on loop positions.
//
// A footprint is one operand: space, partitions, a base, dims in bytes, and terms factor *
// variable over the variables of RegisterForms. Roles come from the instruction table; a
// conditional accumulation reads its destination too, an indirect transfer touches every row
// that its index may name.
#pragma once

#include "passes/isa/RegisterForms.h"

namespace neuron::isa {

struct Stride {
  int64_t step = 0;
  uint64_t count = 1;
  bool operator==(const Stride &o) const { return step == o.step && count == o.count; }
};

struct Footprint {
  Space space = Space::None;
  uint32_t segment = 0; ///< of HBM
  uint8_t firstPartition = 0;
  uint8_t endPartition = 0; ///< 1 in HBM
  bool anywhere = false;    ///< the address is not known: any byte of the space
  uint32_t elementBytes = 0;
  int64_t base = 0; ///< in HBM: within the segment
  std::vector<Stride> dims;
  std::vector<FormTerm> terms;
  /// All bytes over all values of all variables lie in [low, high).
  int64_t low = 0, high = 0;
  bool bounded = false; ///< low and high say something

  bool sameBytes(const Footprint &o) const;
};

struct Access {
  uint32_t footprint = 0; ///< equal footprints have equal numbers
  bool write = false;
  /// A matmul's destination: ordered among themselves by the TensorE, when the later accumulates.
  bool psumProduct = false;
  bool accumulates = false;
};

struct InstAccesses {
  uint32_t region = 0;
  std::vector<Access> accesses;
};

struct FunctionAccesses {
  std::vector<Variable> variables;
  std::vector<Footprint> footprints;
  std::vector<InstAccesses> insts; ///< by instruction
  uint64_t writtenRegisters = 0;
};

/// Reads a whole function once; `zero`: registers that are zero when it begins. Cost: linear in
/// instructions times the depth of loops.
FunctionAccesses readAccesses(const Sequence &sequence, const std::vector<uint64_t> &calleeWrites,
                              uint64_t zero);

} // namespace neuron::isa
