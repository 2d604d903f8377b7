// What only the values know: the record that lets races and time be walked without them.
//
// Control flow and addresses are constants and counters, with two exceptions: an integer that
// `reg_load` brings from memory, and the rows that an indirect transfer moves. The functional
// walk writes both down, in program order of the stream; the other walks read them back.
#pragma once

#include "runtime/isa/Isa.h"

#include <array>
#include <cstdint>
#include <vector>

namespace neuron::sim {

struct StreamRecord {
  std::vector<int64_t> registers;          ///< one for every reg_load that executed
  std::vector<std::vector<uint32_t>> rows; ///< one for every indirect transfer that executed
};

struct ControlRecord {
  std::array<StreamRecord, isa::kNumEngines> stream;

  bool empty() const {
    for (const StreamRecord &one : stream)
      if (!one.registers.empty() || !one.rows.empty())
        return false;
    return true;
  }
};

} // namespace neuron::sim
