// --gen-isa: runtime/isa/IsaTables.inc, plain C++17 that includes nothing.
//
// Four sections, each included where Isa.h, Check.cpp and Cost.cpp say: NEURON_ISA_DECLARATIONS
// (enums and their text), NEURON_ISA_VIEWS (typed views, facts, `visit`), NEURON_ISA_RULES (what an
// instruction must keep), NEURON_ISA_COSTS (columns,
// interval and latency as functions). The digest covers what decides the meaning of bytes:
// opcodes, operands, fields, enums.
#include "IsaModel.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/xxhash.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace llvm;

namespace neuron::tblgen {
namespace {

std::string capitalised(StringRef name) {
  return (Twine(toUpper(name.front())) + name.drop_front()).str();
}

// --- Digest ----------------------------------------------------------------------------------

std::string encodingText(const Isa &isa) {
  std::string result;
  raw_string_ostream os(result);
  for (const EnumRow &row : isa.enums)
    os << row.cppType << ":" << join(row.names, ",") << "\n";
  for (const InstRow &row : isa.insts) {
    os << row.opcode << " " << row.mnemonic << " " << join(row.engines, ",") << " "
       << row.hasAccumulate << row.hasUpdates << row.isControl << row.isDma << "\n";
    for (const OperandRow &o : row.operands)
      os << " " << o.name << " " << o.role << " " << join(o.spaces, ",") << " " << o.optional
         << o.scalarColumn << o.dmaSide << "\n";
    for (const FieldRow &f : row.fields)
      os << " " << f.name << " " << f.cppType << " " << f.shift << " " << f.width << "\n";
    for (const ImmRow &i : row.imms)
      os << " " << i.name << " " << i.cppType << " " << i.index << "\n";
  }
  return result;
}

// --- Declarations ----------------------------------------------------------------------------

void emitEnum(const EnumRow &row, raw_ostream &os) {
  os << "enum class " << row.cppType << " : uint8_t {\n";
  for (const std::string &name : row.names)
    os << "  " << camelCase(name) << ",\n";
  os << "};\n";
  os << "inline constexpr const char *k" << row.cppType << "Names[] = {\n";
  for (const std::string &name : row.names)
    os << "    " << quoted(name) << ",\n";
  os << "};\n";
  os << "constexpr const char *toText(" << row.cppType << " value) {\n"
     << "  return static_cast<unsigned>(value) < " << row.names.size() << " ? k" << row.cppType
     << "Names[static_cast<unsigned>(value)] : \"?\";\n}\n\n";
}

void emitDeclarations(const Isa &isa, raw_ostream &os) {
  os << "#ifdef NEURON_ISA_DECLARATIONS\nnamespace neuron::isa {\n\n";
  os << "/// Changes when the meaning of encoded bytes changes.\n"
     << "inline constexpr uint64_t kIsaDigest = "
     << format_hex(xxh3_64bits(StringRef(encodingText(isa))), 18) << ";\n\n";
  os << "enum class Opcode : uint8_t {\n  None = 0,\n";
  for (const InstRow &row : isa.insts)
    os << "  " << row.cppName << " = " << format_hex(row.opcode, 4) << ",\n";
  os << "};\n";
  os << "inline constexpr unsigned kNumInsts = " << isa.insts.size() << ";\n\n";
  for (const EnumRow &row : isa.enums)
    emitEnum(row, os);
  os << "/// X(view) for every instruction.\n#define NEURON_ISA_INSTS(X)";
  for (const InstRow &row : isa.insts)
    os << " \\\n  X(" << row.cppName << ")";
  os << "\n\n";
  os << "} // namespace neuron::isa\n#endif // NEURON_ISA_DECLARATIONS\n\n";
}

// --- Views -----------------------------------------------------------------------------------

void emitField(const FieldRow &field, raw_ostream &os) {
  uint32_t mask = (1u << field.width) - 1;
  std::string value = formatv("held->sub >> {0} & {1}", field.shift, mask).str();
  os << formatv("  {0} {1}() const {{ return static_cast<{0}>({2}); }\n", field.cppType, field.name,
                value);
  os << formatv(
      "  static void set{0}(Inst &inst, {1} value) {{\n"
      "    inst.sub = static_cast<uint16_t>((inst.sub & ~{2}u) |\n"
      "                                     (static_cast<unsigned>(value) & {3}u) << {4});\n"
      "  }\n",
      capitalised(field.name), field.cppType, mask << field.shift & 0xffff, mask, field.shift);
}

void emitImm(const ImmRow &imm, raw_ostream &os) {
  os << formatv("  {0} {1}() const {{ return immAs<{0}>(held->imm[{2}]); }\n", imm.cppType,
                imm.name, imm.index);
  os << formatv(
      "  static void set{0}(Inst &inst, {1} value) {{ inst.imm[{2}] = immBits(value); }\n",
      capitalised(imm.name), imm.cppType, imm.index);
}

void emitView(const InstRow &row, raw_ostream &os) {
  os << "/// " << row.summary << "\n";
  os << "class " << row.cppName << " {\npublic:\n";
  os << "  static constexpr Opcode kOpcode = Opcode::" << row.cppName << ";\n";
  unsigned index = 0;
  for (const OperandRow &operand : row.operands)
    os << "  static constexpr unsigned k" << capitalised(operand.name) << " = " << index++ << ";\n";
  os << "  explicit " << row.cppName << "(const Inst &inst) : held(&inst) {}\n";
  if (row.engines.size() == 1)
    os << "  static Inst make(Engine engine = Engine::" << row.engines.front() << ") {\n";
  else
    os << "  static Inst make(Engine engine) {\n";
  os << "    Inst inst;\n    inst.opcode = kOpcode;\n    inst.engine = engine;\n"
     << "    return inst;\n  }\n";
  os << "  const Inst &inst() const { return *held; }\n";
  for (const OperandRow &operand : row.operands)
    os << formatv("  const Operand &{0}() const {{ return held->operand[k{1}]; }\n", operand.name,
                  capitalised(operand.name));
  for (const FieldRow &field : row.fields)
    emitField(field, os);
  for (const ImmRow &imm : row.imms)
    emitImm(imm, os);
  os << "\nprivate:\n  const Inst *held;\n};\n\n";
}

// --- Facts -----------------------------------------------------------------------------------

std::string bitsOf(ArrayRef<std::string> names, StringRef type) {
  std::vector<std::string> bits;
  for (const std::string &name : names)
    bits.push_back(formatv("1u << static_cast<unsigned>({0}::{1})", type, name).str());
  return join(bits, " | ");
}

StringRef boolText(bool value) { return value ? "true" : "false"; }

std::string immKind(StringRef cppType) {
  if (cppType == "float")
    return "Float";
  return cppType == "uint32_t" ? "Unsigned" : "Signed";
}

void emitFacts(const InstRow &row, raw_ostream &os) {
  os << formatv("    {{Opcode::{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10},\n",
                row.cppName, quoted(row.mnemonic), bitsOf(row.engines, "Engine"),
                row.operands.size(), row.fields.size(), row.imms.size(),
                boolText(row.hasAccumulate), boolText(row.hasUpdates), boolText(row.isControl),
                boolText(row.isDma), row.minGeneration);
  os << "     {";
  for (const OperandRow &o : row.operands)
    os << formatv("{{{0}, Role::{1}, {2}, {3}, {4}, {5}},\n      ", quoted(o.name), o.role,
                  bitsOf(o.spaces, "Space"), boolText(o.optional), boolText(o.scalarColumn),
                  boolText(o.dmaSide));
  os << "},\n     {";
  for (const FieldRow &f : row.fields)
    os << formatv("{{{0}, FieldKind::{1}, {2}, {3}, {4}, {5}},\n      ", quoted(f.name), f.kind,
                  f.shift, f.width, f.values,
                  f.isEnum ? "k" + f.cppType + "Names" : std::string("nullptr"));
  os << "},\n     {";
  for (const ImmRow &i : row.imms)
    os << formatv("{{{0}, ImmKind::{1}, {2}},\n      ", quoted(i.name), immKind(i.cppType),
                  i.index);
  os << "}},\n";
}

void emitVisit(const Isa &isa, raw_ostream &os) {
  os << "/// Calls visitor(view) with the typed view of the instruction. The opcode is one of the\n"
     << "/// table, as decoder, assembler and checks guarantee.\n"
     << "template <typename Visitor> decltype(auto) visit(const Inst &inst, Visitor &&visitor) {\n"
     << "  switch (inst.opcode) {\n";
  for (const InstRow &row : isa.insts)
    os << "  case Opcode::" << row.cppName << ":\n    return " << "visitor(" << row.cppName
       << "(inst));\n";
  os << "  case Opcode::None:\n    break;\n  }\n  __builtin_trap();\n}\n\n";
}

void emitViews(const Isa &isa, raw_ostream &os) {
  os << "#ifdef NEURON_ISA_VIEWS\nnamespace neuron::isa {\n\n";
  for (const InstRow &row : isa.insts)
    emitView(row, os);
  os << "/// By opcode.\ninline constexpr InstFacts kInstFacts[] = {\n";
  for (const InstRow &row : isa.insts)
    emitFacts(row, os);
  os << "};\n\n";
  os << "/// The row of an opcode, or null when the code is no instruction.\n"
     << "inline const InstFacts *findFacts(uint8_t opcode) {\n  switch (opcode) {\n";
  for (const auto &[index, row] : enumerate(isa.insts))
    os << "  case " << format_hex(row.opcode, 4) << ":\n    return &kInstFacts[" << index << "];\n";
  os << "  }\n  return nullptr;\n}\n\n";
  emitVisit(isa, os);
  os << "} // namespace neuron::isa\n#endif // NEURON_ISA_VIEWS\n\n";
}

// --- Costs -----------------------------------------------------------------------------------

void emitCost(const Isa &isa, StringRef name, std::string InstRow::*formula, raw_ostream &os) {
  os << "uint64_t " << name << "(const Inst &inst, const target::Machine &m) {\n"
     << "  switch (inst.opcode) {\n";
  for (const InstRow &row : isa.insts) {
    os << "  case Opcode::" << row.cppName << ": {\n    " << row.cppName << " i(inst);\n"
       << "    (void)i;\n    return " << row.*formula << ";\n  }\n";
  }
  os << "  case Opcode::None:\n    break;\n  }\n  return 0;\n}\n\n";
}

// --- Rules -----------------------------------------------------------------------------------

void emitRules(const Isa &isa, raw_ostream &os) {
  os << "#ifdef NEURON_ISA_RULES\nnamespace neuron::isa {\n\n"
     << "/// The sentence of the first rule that the instruction breaks, or null.\n"
     << "const char *brokenRule(const Inst &inst, const target::Machine &m) {\n"
     << "  (void)m;\n  switch (inst.opcode) {\n";
  for (const InstRow &row : isa.insts) {
    if (row.rules.empty())
      continue;
    os << "  case Opcode::" << row.cppName << ": {\n    " << row.cppName << " i(inst);\n";
    for (const RuleRow &rule : row.rules)
      os << "    if (!(" << rule.condition << "))\n      return " << quoted(rule.text) << ";\n";
    os << "    return nullptr;\n  }\n";
  }
  os << "  default:\n    return nullptr;\n  }\n}\n\n"
     << "} // namespace neuron::isa\n#endif // NEURON_ISA_RULES\n\n";
}

void emitIsa(const RecordKeeper &records, raw_ostream &os) {
  Isa isa = readIsa(records);
  os << "// Generated from dialects/isa/Isa.td by tools/dev/regenerate.sh; do not edit.\n"
     << "// clang-format off\n\n";
  emitDeclarations(isa, os);
  emitViews(isa, os);
  emitRules(isa, os);
  os << "#ifdef NEURON_ISA_COSTS\nnamespace neuron::isa {\n\n";
  os << "uint64_t columns(const Inst &inst, const target::Machine &m);\n\n";
  emitCost(isa, "fullRateColumns", &InstRow::columns, os);
  emitCost(isa, "interval", &InstRow::interval, os);
  emitCost(isa, "latency", &InstRow::latency, os);
  os << "} // namespace neuron::isa\n#endif // NEURON_ISA_COSTS\n";
}

TableGen::Emitter::Opt registration("gen-isa", emitIsa, "Generate runtime/isa/IsaTables.inc");

} // namespace
} // namespace neuron::tblgen
