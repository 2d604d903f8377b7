// The instruction table as checked C++ values, for the generators.
//
// `readIsa` turns the records derived from Inst into rows ordered by opcode and reports every
// row that breaks a rule of the encoding, at its line: a duplicate opcode or mnemonic, more
// operands or fields than the struct has, fields that overlap or leave the 16 bits, a field too
// narrow or too wide for its values, an immediate used twice, no engine, no summary or source.
#pragma once

#include "llvm/TableGen/Record.h"

#include <string>
#include <vector>

namespace neuron::tblgen {

struct OperandRow {
  std::string name, role;
  std::vector<std::string> spaces;
  bool optional, scalarColumn, dmaSide;
};

struct FieldRow {
  std::string name, cppType, kind;
  unsigned shift, width, values;
  bool isEnum;
};

struct ImmRow {
  std::string name, cppType;
  unsigned index;
};

struct RuleRow {
  std::string condition, text;
};

struct InstRow {
  const llvm::Record *record;
  std::string cppName, mnemonic;
  unsigned opcode, minGeneration;
  std::vector<std::string> engines;
  std::vector<OperandRow> operands;
  std::vector<FieldRow> fields;
  std::vector<ImmRow> imms;
  std::vector<RuleRow> rules;
  bool hasAccumulate, hasUpdates, isControl, isDma;
  std::string columns, interval, latency, summary, constraints, source;
  std::vector<std::string> faults;
};

struct EnumRow {
  std::string cppType;
  std::vector<std::string> names; ///< as in text: is_equal
};

struct Isa {
  std::vector<InstRow> insts; ///< by opcode
  std::vector<EnumRow> enums; ///< by name
};

/// Reads and checks the table. Errors: printed at their rows; ends the process after the last.
Isa readIsa(const llvm::RecordKeeper &records);

/// is_equal -> IsEqual.
std::string camelCase(llvm::StringRef snake);

/// The text in quotes, escaped for C++.
std::string quoted(llvm::StringRef text);

} // namespace neuron::tblgen
