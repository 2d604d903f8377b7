// Reading and checking of the instruction table.
#include "IsaModel.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/TableGen/Error.h"

#include <map>

using namespace llvm;

namespace neuron::tblgen {
namespace {

constexpr unsigned kMaxOperands = 5, kMaxFields = 6, kSubBits = 16, kNumImms = 2;

/// Number of errors printed so far is LLVM's; this only adds the row's name.
void refuse(const Record *record, const Twine &what) {
  PrintError(record->getLoc(), "instruction " + record->getName() + ": " + what);
}

OperandRow readOperand(const Record *operand) {
  OperandRow row{operand->getValueAsString("name").str(),
                 operand->getValueAsDef("role")->getValueAsString("cppName").str(),
                 {},
                 operand->getValueAsBit("optional"),
                 operand->getValueAsBit("scalarColumn"),
                 operand->getValueAsBit("dmaSide")};
  for (const Record *space : operand->getValueAsListOfDefs("spaces"))
    row.spaces.push_back(space->getValueAsString("cppName").str());
  return row;
}

/// What the value of a field of this type denotes; the names are those of isa::FieldKind.
std::string fieldKind(const Record *type) {
  if (type->isSubClassOf("EnumField"))
    return "Enum";
  static const std::pair<StringRef, StringRef> kinds[] = {
      {"FlagField", "Flag"},           {"RegisterField", "Register"}, {"QueueField", "Queue"},
      {"SemaphoreField", "Semaphore"}, {"FunctionField", "Function"},
  };
  for (auto [name, kind] : kinds)
    if (type->getName() == name)
      return kind.str();
  return "Number";
}

FieldRow readField(const Record *field) {
  const Record *type = field->getValueAsDef("type");
  return {field->getValueAsString("name").str(),
          type->getValueAsString("cppType").str(),
          fieldKind(type),
          unsigned(field->getValueAsInt("shift")),
          unsigned(field->getValueAsInt("width")),
          unsigned(type->getValueAsInt("values")),
          type->isSubClassOf("EnumField")};
}

void checkOperands(const InstRow &row) {
  if (row.operands.size() > kMaxOperands)
    refuse(row.record, "has " + Twine(row.operands.size()) + " operands, the struct holds " +
                           Twine(kMaxOperands));
  for (const OperandRow &operand : row.operands)
    if (operand.spaces.empty())
      refuse(row.record, "operand " + operand.name + " has no legal space");
}

void checkFields(const InstRow &row) {
  if (row.fields.size() > kMaxFields)
    refuse(row.record,
           "has " + Twine(row.fields.size()) + " fields, the facts hold " + Twine(kMaxFields));
  std::string owner[kSubBits];
  for (const FieldRow &field : row.fields) {
    if (field.width == 0 || field.shift + field.width > kSubBits) {
      refuse(row.record, "field " + field.name + " leaves the " + Twine(kSubBits) + " bits");
      continue;
    }
    if (field.values > 1u << field.width)
      refuse(row.record, "field " + field.name + " has " + Twine(field.values) + " values in " +
                             Twine(field.width) + " bits");
    for (unsigned bit = field.shift; bit < field.shift + field.width; ++bit) {
      if (!owner[bit].empty()) {
        refuse(row.record, "field " + field.name + " overlaps field " + owner[bit]);
        break;
      }
      owner[bit] = field.name;
    }
  }
}

void checkImms(const InstRow &row) {
  bool used[kNumImms] = {};
  for (const ImmRow &imm : row.imms) {
    if (imm.index >= kNumImms)
      refuse(row.record, "immediate " + imm.name + " has index " + Twine(imm.index));
    else if (used[imm.index])
      refuse(row.record, "immediate " + imm.name + " shares its word");
    else
      used[imm.index] = true;
    if (imm.cppType != "float" && imm.cppType != "uint32_t" && imm.cppType != "int32_t")
      refuse(row.record, "immediate " + imm.name + " is a " + imm.cppType);
  }
}

/// Names of operands, fields and immediates become members of one class and keys of one line.
void checkNames(const InstRow &row) {
  std::map<std::string, int> count;
  auto add = [&](const std::string &name) {
    if (++count[name] == 2)
      refuse(row.record, "the name " + name + " is used twice");
  };
  for (const OperandRow &operand : row.operands)
    add(operand.name);
  for (const FieldRow &field : row.fields)
    add(field.name);
  for (const ImmRow &imm : row.imms)
    add(imm.name);
}

void checkTexts(const InstRow &row) {
  if (row.engines.empty())
    refuse(row.record, "has no engine");
  if (row.summary.empty())
    refuse(row.record, "has no summary");
  if (row.source.empty())
    refuse(row.record, "has no source");
}

std::string text(const Record *record, StringRef field) {
  return record->getValueAsOptionalString(field).value_or("").str();
}

InstRow readInst(const Record *record) {
  InstRow row{};
  row.record = record;
  row.cppName = record->getName().str();
  row.mnemonic = record->getValueAsString("mnemonic").str();
  for (unsigned bit = 0; bit < 8; ++bit)
    if (auto *value = dyn_cast<BitInit>(record->getValueAsBitsInit("opcode")->getBit(bit)))
      row.opcode |= unsigned(value->getValue()) << bit;
  row.minGeneration = record->getValueAsInt("minGeneration");
  for (const Record *engine : record->getValueAsListOfDefs("engines"))
    row.engines.push_back(engine->getValueAsString("cppName").str());
  for (const Record *operand : record->getValueAsListOfDefs("operands"))
    row.operands.push_back(readOperand(operand));
  for (const Record *field : record->getValueAsListOfDefs("fields"))
    row.fields.push_back(readField(field));
  for (const Record *imm : record->getValueAsListOfDefs("imms"))
    row.imms.push_back({imm->getValueAsString("name").str(), imm->getValueAsString("cppType").str(),
                        unsigned(imm->getValueAsInt("index"))});
  for (const Record *rule : record->getValueAsListOfDefs("rules"))
    row.rules.push_back(
        {rule->getValueAsString("condition").str(), rule->getValueAsString("text").str()});
  row.hasAccumulate = record->getValueAsBit("hasAccumulate");
  row.hasUpdates = record->getValueAsBit("hasUpdates");
  row.isControl = record->getValueAsBit("isControl");
  row.isDma = record->getValueAsBit("isDma");
  row.columns = text(record, "columns");
  row.interval = text(record, "interval");
  row.latency = text(record, "latency");
  row.summary = text(record, "summary");
  row.constraints = text(record, "constraints");
  row.source = text(record, "source");
  for (StringRef fault : record->getValueAsListOfStrings("faults"))
    row.faults.push_back(fault.str());
  return row;
}

void checkDuplicates(const std::vector<InstRow> &insts) {
  std::map<unsigned, const Record *> opcodes;
  std::map<std::string, const Record *> mnemonics;
  for (const InstRow &row : insts) {
    if (row.opcode == 0)
      refuse(row.record, "opcode 0 is kept for \"no instruction\"");
    auto [opcode, freshOpcode] = opcodes.try_emplace(row.opcode, row.record);
    if (!freshOpcode) {
      refuse(row.record, "opcode 0x" + utohexstr(row.opcode, true) + " is taken");
      PrintNote(opcode->second->getLoc(), "by " + opcode->second->getName());
    }
    auto [mnemonic, freshMnemonic] = mnemonics.try_emplace(row.mnemonic, row.record);
    if (!freshMnemonic) {
      refuse(row.record, "mnemonic " + row.mnemonic + " is taken");
      PrintNote(mnemonic->second->getLoc(), "by " + mnemonic->second->getName());
    }
  }
}

} // namespace

std::string camelCase(StringRef snake) { return convertToCamelFromSnakeCase(snake, true); }

std::string quoted(StringRef text) {
  std::string escaped;
  raw_string_ostream stream(escaped);
  printEscapedString(text, stream);
  return "\"" + escaped + "\"";
}

Isa readIsa(const RecordKeeper &records) {
  Isa isa;
  for (const Record *record : records.getAllDerivedDefinitions("Inst"))
    isa.insts.push_back(readInst(record));
  for (const InstRow &row : isa.insts) {
    checkOperands(row);
    checkFields(row);
    checkImms(row);
    checkNames(row);
    checkTexts(row);
  }
  llvm::sort(isa.insts, [](const InstRow &a, const InstRow &b) {
    return std::tie(a.opcode, a.cppName) < std::tie(b.opcode, b.cppName);
  });
  checkDuplicates(isa.insts);
  for (const Record *record : records.getAllDerivedDefinitions("EnumField")) {
    EnumRow row{record->getValueAsString("cppType").str(), {}};
    for (StringRef name : record->getValueAsListOfStrings("names"))
      row.names.push_back(name.str());
    isa.enums.push_back(std::move(row));
  }
  if (ErrorsPrinted > 0)
    PrintFatalError("the instruction table has errors");
  return isa;
}

} // namespace neuron::tblgen
