// The declared accesses of a stream's code: per instruction its operands as patterns.
//
// The table says of every operand whether it is read or written; from it each instruction gets
// its list once, before a walk. While walking only the base, and a run-time count, are added.
// Reads come before writes. An indirect transfer declares all rows that its index may name.
#pragma once

#include "runtime/sim/LiveAccesses.h"
#include "runtime/sim/Sequencer.h"

#include <deque>
#include <unordered_map>
#include <vector>

namespace neuron::sim {

struct AccessRow {
  const Pattern *pattern = nullptr;
  uint8_t operand = 0;
  isa::Space space = isa::Space::None;
  uint8_t firstPartition = 0, endPartition = 1;
  bool write = false;
  bool byteSteps = false;
  bool counted = false; ///< the outermost count comes from a register
};

struct InstructionRow {
  uint32_t first = 0; ///< of its access rows
  uint8_t count = 0;
  uint8_t queue = 0xff;     ///< of a transfer
  bool foldedWrite = false; ///< a transfer whose destination overlaps itself
};

class Footprint {
public:
  void build(const StreamCode &code);

  const InstructionRow &row(uint32_t pc) const { return rows[pc]; }
  const AccessRow &access(const InstructionRow &row, unsigned i) const {
    return accesses[row.first + i];
  }
  /// Fills everything of `touch` that the instruction itself decides.
  /// False when the address is negative or leaves the address space.
  bool locate(const AccessRow &access, const Issue &issue, Touch &touch);

private:
  void addOperand(const isa::Inst &inst, const isa::InstFacts &facts, unsigned operand);
  const Pattern *counted(const AccessRow &access, const Issue &issue);

  std::vector<InstructionRow> rows;
  std::vector<AccessRow> accesses;
  std::deque<Pattern> patterns; ///< stable addresses
  std::unordered_map<uint64_t, const Pattern *> byCount;
};

} // namespace neuron::sim
