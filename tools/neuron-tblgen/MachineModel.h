// The machine table as checked C++ values, for the generators.
//
// `readMachines` gives parameters in the order of the table and a complete row for every
// machine, and reports at its line: a duplicate name, a machine without a value for a
// parameter, a value outside its range or without a source.
#pragma once

#include "llvm/TableGen/Record.h"

#include <string>
#include <vector>

namespace neuron::tblgen {

struct ParamRow {
  const llvm::Record *record;
  std::string name, unit, doc;
  bool isCost;
  uint64_t least, most;
};

struct ValueRow {
  uint64_t value;
  std::string kind, source; ///< kind as target::ValueKind spells it
};

struct MachineRow {
  const llvm::Record *record;
  std::string name, summary;
  std::vector<ValueRow> values; ///< one per parameter
};

struct MachineTable {
  std::vector<ParamRow> params;
  std::vector<MachineRow> machines;
};

/// Reads and checks the table. Errors: printed at their rows; ends the process after the last.
MachineTable readMachines(const llvm::RecordKeeper &records);

} // namespace neuron::tblgen
