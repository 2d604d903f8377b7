// --gen-isa-doc: docs/generated/isa.md, the manual of the instructions.
#include "IsaModel.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace llvm;

namespace neuron::tblgen {
namespace {

std::string lowerList(ArrayRef<std::string> names) {
  std::vector<std::string> lower;
  for (const std::string &name : names)
    lower.push_back(StringRef(name).lower());
  return join(lower, ", ");
}

void emitOperands(const InstRow &row, raw_ostream &os) {
  for (const OperandRow &operand : row.operands) {
    os << "| `" << operand.name << "` | " << StringRef(operand.role).lower() << " | "
       << lowerList(operand.spaces);
    if (operand.scalarColumn)
      os << "; one f32 value per partition";
    if (operand.dmaSide)
      os << "; steps in bytes";
    if (operand.optional)
      os << "; optional";
    os << " |\n";
  }
  for (const FieldRow &field : row.fields)
    os << "| `" << field.name << "` | field | "
       << StringRef(field.isEnum ? field.cppType : field.kind) << ", bits " << field.shift << " to "
       << field.shift + field.width - 1 << " |\n";
  for (const ImmRow &imm : row.imms)
    os << "| `" << imm.name << "` | immediate " << imm.index << " | " << imm.cppType << " |\n";
}

void emitInst(const InstRow &row, raw_ostream &os) {
  os << "\n### " << row.mnemonic << "\n\n" << row.summary << "\n\n";
  if (!row.operands.empty() || !row.fields.empty() || !row.imms.empty()) {
    os << "| name | role | what |\n|---|---|---|\n";
    emitOperands(row, os);
    os << "\n";
  }
  for (const RuleRow &rule : row.rules)
    os << "* Rule: " << rule.text << "\n";
  if (!row.constraints.empty())
    os << "* Constraints: " << row.constraints << "\n";
  for (const std::string &fault : row.faults)
    os << "* Fault: " << fault << "\n";
  if (row.hasAccumulate)
    os << "* Takes `accumulate`\n";
  if (row.minGeneration > 1)
    os << "* From generation " << row.minGeneration << "\n";
  os << "* Opcode " << format_hex(row.opcode, 4) << ", engines: " << lowerList(row.engines) << "\n";
  if (row.columns != "0")
    os << "* Columns: `" << row.columns << "`\n";
  if (row.interval != "0")
    os << "* Interval: `" << row.interval << "`\n* Latency: `" << row.latency << "`\n";
  os << "* Source: " << row.source << "\n";
}

void emitDoc(const RecordKeeper &records, raw_ostream &os) {
  Isa isa = readIsa(records);
  os << "# Instructions\n\nGenerated from `dialects/isa/*.td` by `tools/dev/regenerate.sh`. The "
        "syntax is in `docs/assembly.md`.\nCosts are cycles of the executing engine, over the "
        "instruction `i` and the machine `m`; the helpers are in `runtime/isa/Cost.h`.\n\n";
  os << "| mnemonic | opcode | engines | meaning |\n|---|---|---|---|\n";
  for (const InstRow &row : isa.insts)
    os << "| [" << row.mnemonic << "](#" << row.mnemonic << ") | " << format_hex(row.opcode, 4)
       << " | " << lowerList(row.engines) << " | " << row.summary << " |\n";
  os << "\n## Values of fields\n\n";
  for (const EnumRow &row : isa.enums)
    os << "* " << row.cppType << ": " << join(row.names, ", ") << "\n";
  os << "\n## Reference\n";
  for (const InstRow &row : isa.insts)
    emitInst(row, os);
}

TableGen::Emitter::Opt registration("gen-isa-doc", emitDoc, "Generate docs/generated/isa.md");

} // namespace
} // namespace neuron::tblgen
