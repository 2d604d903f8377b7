// What every instruction of a stream costs, in femtoseconds, worked out once before a walk.
//
// Durations are rounded once, here; the walk only adds. Instructions whose run-time counts come
// from registers are marked and worked out again when they are issued.
#pragma once

#include "runtime/sim/Dma.h"
#include "runtime/sim/Sequencer.h"
#include "runtime/target/Machine.h"

#include <array>
#include <deque>
#include <map>
#include <vector>

namespace neuron::sim {

/// Nearest femtoseconds of `cycles` at `megahertz`.
uint64_t femtoseconds(uint64_t cycles, uint64_t megahertz);

/// Memory ports that two engines may exclude each other from.
enum Port : uint8_t { kPortPsum, kPortSbuf, kNumPorts };

enum class CostKind : uint8_t { Control, Streaming, LoadWeights, Matmul, Transfer };

struct CostRow {
  CostKind kind = CostKind::Control;
  uint8_t ports = 0;    ///< bit per Port that is held for `columns`
  uint8_t queue = 0;    ///< of a transfer
  bool counted = false; ///< costs depend on a register
  bool loadsTable = false;
  uint32_t bytes = 0;     ///< of the encoded instruction
  uint64_t address = 0;   ///< of its first byte in the stream's code
  uint64_t sequencer = 0; ///< time in the sequencer
  uint64_t interval = 0, columns = 0, latency = 0;
  uint64_t firstByte = 0; ///< of a transfer, behind its trigger
  uint64_t flops = 0;
  const DmaLoad *load = nullptr;
};

class Costs {
public:
  /// `described`: bit per queue whose transfers are dynamic whatever their addresses.
  void build(const StreamCode &code, const target::Machine &machine, uint16_t described);
  const CostRow &row(uint32_t pc) const { return rows[pc]; }
  /// The row of a counted instruction with its counts put in.
  CostRow resolve(const Issue &issue);
  /// True if any instruction of the stream holds the port.
  bool holds(unsigned port) const { return held >> port & 1; }

private:
  CostRow make(const isa::Inst &inst) const;
  void findDynamicRegisters(const StreamCode &code);
  bool isDynamic(const isa::Inst &inst) const;
  const DmaLoad *keep(DmaLoad load);
  const DmaLoad *loadOf(const Issue &issue, const isa::Inst &resolved);

  const target::Machine *machine = nullptr;
  std::vector<CostRow> rows;
  std::deque<DmaLoad> loads;
  /// The pc, then of each operand its run-time count and its segment: what a load depends on.
  using LoadKey = std::array<int64_t, 1 + 2 * isa::kMaxOperands>;
  std::map<LoadKey, const DmaLoad *> countedLoads;
  uint64_t dynamicRegisters = 0; ///< may hold what a register load brought
  uint8_t held = 0;
  uint16_t described = 0;
};

} // namespace neuron::sim
