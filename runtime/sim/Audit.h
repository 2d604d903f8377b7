// Compares the bytes that an instruction really touched with those that its row declares.
//
// Synchronisation is inserted, and races are judged, from the declared accesses alone; an
// instruction that touches anything else would make both wrong without a sound. The audit is a
// recorder of the memory: tests run with it. An instruction that decides by values which part
// of its declared bytes it touches (rows of an indirect transfer, a shuffle that leaves lanes)
// may touch fewer.
#pragma once

#include "runtime/sim/Memory.h"

#include <vector>

namespace neuron::sim {

class Audit : public TouchRecorder {
public:
  void began(const Issue &issue, const isa::Inst &resolved) override;
  void touched(isa::Space space, unsigned partition, int64_t offset, uint64_t bytes,
               bool write) override;
  void ended(bool succeeded) override;

  /// The first difference found, or success. Errors: Internal.
  Status verdict() const { return first; }
  uint64_t instructions() const { return audited; }

private:
  /// Bytes [offset, end) of one partition of one memory.
  struct Piece {
    uint32_t lane; ///< space and partition
    int64_t offset, end;
  };
  using Pieces = std::vector<Piece>;
  static void merge(Pieces &pieces);
  static bool covers(const Pieces &all, const Pieces &some);
  static bool equal(const Pieces &a, const Pieces &b);
  void declare(const isa::Operand &operand, bool byteSteps, uint64_t rowBytes, uint64_t rows,
               Pieces &out) const;
  void declareAll(Pieces &reads, Pieces &writes) const;
  void report(const char *what);

  isa::Inst inst;
  Place place;
  bool accumulates = false;
  Pieces reads, writes; ///< touched
  Status first;
  uint64_t audited = 0;
};

} // namespace neuron::sim
