// Generators of the nn tables: import rows, scalar bodies, references, the list of ops.
//
//   --gen-nn-import            dialects/nn/NnImportTable.inc
//   --gen-nn-scalar-bodies     dialects/nn/NnScalarBodies.inc
//   --gen-nn-scalar-references dialects/nn/NnScalarReferences.inc
//   --gen-nn-ops-doc           docs/generated/supported-ops.md
#include "NnBody.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/TableGenBackend.h"

#include <map>

using namespace llvm;

namespace neuron::tblgen {
namespace {

/// An op that names framework operators or is in a table of ours.
std::vector<const Record *> opsByName(const RecordKeeper &records) {
  std::vector<const Record *> ops;
  for (const Record *record : records.getAllDerivedDefinitions("Nn_Op"))
    ops.push_back(record);
  sort(ops, [](const Record *a, const Record *b) {
    return a->getValueAsString("opName") < b->getValueAsString("opName");
  });
  return ops;
}

bool isRow(const Record &op) { return op.isSubClassOf("Nn_Elementwise"); }

std::string opName(const Record &op) { return "nn." + op.getValueAsString("opName").str(); }

BodyNames namesOf(const Record &row) {
  BodyNames names;
  names.operands = row.getValueAsListOfStrings("names");
  for (const Record *scalar : row.getValueAsListOfDefs("scalars"))
    names.scalars.push_back(scalar->getValueAsString("name"));
  return names;
}

//===-- import ----------------------------------------------------------------------------===//

struct Spelling {
  std::string name;
  int64_t since;
  const Record *op;
};

void emitRows(StringRef table, std::vector<Spelling> spellings, raw_ostream &os) {
  sort(spellings, [](const Spelling &a, const Spelling &b) {
    return std::tie(a.name, a.since) < std::tie(b.name, b.since);
  });
  for (size_t i = 1; i < spellings.size(); ++i)
    if (spellings[i].name == spellings[i - 1].name && spellings[i].since == spellings[i - 1].since)
      PrintFatalError(spellings[i].op->getLoc(), spellings[i].name + " is imported by " +
                                                     opName(*spellings[i - 1].op) + " too");
  os << "static const ImportRow " << table << "[] = {\n";
  for (const Spelling &spelling : spellings) {
    bool row = isRow(*spelling.op);
    BodyNames names = row ? namesOf(*spelling.op) : BodyNames();
    os << "    {\"" << spelling.name << "\", " << spelling.since << ", \"" << opName(*spelling.op)
       << "\", " << (row ? "true" : "false") << ", " << names.operands.size() << ", ";
    if (names.scalars.empty())
      os << "{}";
    else
      os << "kScalars_" << spelling.op->getValueAsString("opName");
    os << "},\n";
  }
  os << "};\n\n";
}

void emitNnImportTable(const RecordKeeper &records, raw_ostream &os) {
  emitSourceFileHeader("nn import rows", os, records);
  std::vector<Spelling> onnx, torch;
  for (const Record *op : opsByName(records)) {
    for (const Record *spelling : op->getValueAsListOfDefs("onnx"))
      onnx.push_back(
          {spelling->getValueAsString("name").str(), spelling->getValueAsInt("since"), op});
    for (StringRef spelling : op->getValueAsListOfStrings("torch"))
      torch.push_back({spelling.str(), 0, op});
    if (!isRow(*op) || op->getValueAsListOfDefs("scalars").empty())
      continue;
    os << "static const ImportScalar kScalars_" << op->getValueAsString("opName") << "[] = {";
    for (const Record *scalar : op->getValueAsListOfDefs("scalars"))
      os << "{\"" << scalar->getValueAsString("name") << "\", " << scalar->getValueAsString("value")
         << "}, ";
    os << "};\n";
  }
  emitRows("kOnnxRows", onnx, os);
  emitRows("kTorchRows", torch, os);
}

//===-- bodies and references -------------------------------------------------------------===//

void emitSteps(const Record &row, StringRef field, StringRef prefix, raw_ostream &os) {
  StringRef text = row.getValueAsString(field);
  if (text.empty())
    return;
  os << "static const ScalarStep " << prefix << row.getValueAsString("opName") << "[] = {\n";
  for (const std::string &step : parseBody(row, text, namesOf(row)))
    os << "    " << step << ",\n";
  os << "};\n";
}

void emitRow(const Record &row, raw_ostream &os) {
  StringRef name = row.getValueAsString("opName");
  BodyNames names = namesOf(row);
  bool integerBody = !row.getValueAsString("integerBody").empty();
  bool integers = !row.getValueAsString("integerReference").empty();
  auto [low, high] = row.getValueAsString("domain").split(' ');
  os << "    {\"" << opName(row) << "\", " << names.operands.size() << ", kBody_" << name << ", ";
  os << (integerBody ? "kIntegerBody_" + name.str() : "{}") << ", ";
  os << (names.scalars.empty() ? "{}" : "kScalarNames_" + name.str()) << ",\n     reference_"
     << name << ", " << (integers ? "integerReference_" + name.str() : "nullptr") << ", " << low
     << ", " << high << ", " << row.getValueAsString("tolerance") << "},\n";
}

void emitNnScalarBodies(const RecordKeeper &records, raw_ostream &os) {
  emitSourceFileHeader("bodies of elementwise ops", os, records);
  std::vector<const Record *> rows;
  for (const Record *op : opsByName(records))
    if (isRow(*op))
      rows.push_back(op);
  for (const Record *row : rows) {
    emitSteps(*row, "body", "kBody_", os);
    emitSteps(*row, "integerBody", "kIntegerBody_", os);
    BodyNames names = namesOf(*row);
    if (!names.scalars.empty())
      os << "static const StringLiteral kScalarNames_" << row->getValueAsString("opName")
         << "[] = {\"" << join(names.scalars, "\", \"") << "\"};\n";
  }
  os << "\nstatic const ScalarRow kScalarRows[] = {\n";
  for (const Record *row : rows)
    emitRow(*row, os);
  os << "};\n";
}

void emitReference(const Record &row, StringRef field, StringRef prefix, StringRef type,
                   raw_ostream &os) {
  StringRef text = row.getValueAsString(field);
  if (text.empty())
    return;
  BodyNames names = namesOf(row);
  os << "static " << type << " " << prefix << row.getValueAsString("opName") << "(const " << type
     << " *operands, [[maybe_unused]] const double *scalars) {\n";
  for (auto [i, name] : enumerate(names.operands))
    os << "  [[maybe_unused]] const " << type << " " << name << " = operands[" << i << "];\n";
  for (auto [i, name] : enumerate(names.scalars))
    os << "  [[maybe_unused]] const double " << name << " = scalars[" << i << "];\n";
  os << "  return " << text.trim() << ";\n}\n";
}

void emitNnReference(const RecordKeeper &records, raw_ostream &os) {
  emitSourceFileHeader("references of elementwise ops", os, records);
  for (const Record *op : opsByName(records)) {
    if (!isRow(*op))
      continue;
    emitReference(*op, "reference", "reference_", "double", os);
    emitReference(*op, "integerReference", "integerReference_", "int64_t", os);
  }
}

//===-- manual ----------------------------------------------------------------------------===//

void emitNnOpsDoc(const RecordKeeper &records, raw_ostream &os) {
  os << "# Supported operators\n\nGenerated from `dialects/nn/*.td`. The number after an ONNX "
        "operator is the opset\nfrom which it has this meaning.\n\n"
        "| op | meaning | ONNX | TorchScript |\n|---|---|---|---|\n";
  unsigned onnx = 0;
  for (const Record *op : opsByName(records)) {
    std::vector<std::string> spellings;
    for (const Record *spelling : op->getValueAsListOfDefs("onnx"))
      spellings.push_back(spelling->getValueAsString("name").str() + " " +
                          std::to_string(spelling->getValueAsInt("since")));
    onnx += spellings.size();
    std::string summary = op->getValueAsString("summary").str();
    for (size_t bar = 0; (bar = summary.find('|', bar)) != std::string::npos; bar += 2)
      summary.insert(bar, "\\");
    os << "| `" << opName(*op) << "` | " << summary << " | " << join(spellings, ", ") << " | "
       << join(op->getValueAsListOfStrings("torch"), ", ") << " |\n";
  }
  os << "\n" << onnx << " ONNX operators.\n";
}

TableGen::Emitter::Opt importOption("gen-nn-import", emitNnImportTable, "Generate nn import rows");
TableGen::Emitter::Opt bodyOption("gen-nn-scalar-bodies", emitNnScalarBodies,
                                  "Generate bodies of elementwise nn ops");
TableGen::Emitter::Opt referenceOption("gen-nn-scalar-references", emitNnReference,
                                       "Generate references of elementwise nn ops");
TableGen::Emitter::Opt docOption("gen-nn-ops-doc", emitNnOpsDoc,
                                 "Generate docs/generated/supported-ops.md");

} // namespace
} // namespace neuron::tblgen
