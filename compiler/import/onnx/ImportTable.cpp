// ImportTable: lookup over the lists of forms and the rows of elementwise ops.

#include "compiler/import/onnx/ImportTable.h"

#include <array>
#include <map>

using namespace neuron;
using namespace neuron::importer;

namespace {

/// All lists of forms.
std::array<llvm::ArrayRef<ImportRow>, 10> formLists() {
  return {elementwiseForms(), linearForms(), poolForms(),  normForms(),     reduceForms(),
          shapeForms(),       sliceForms(),  indexForms(), constantForms(), controlForms()};
}

} // namespace

Found neuron::importer::findImport(llvm::StringRef domain, llvm::StringRef op, int64_t opset) {
  Found found;
  if (!domain.empty() && domain != "ai.onnx")
    return found;
  for (llvm::ArrayRef<ImportRow> list : formLists()) {
    for (const ImportRow &row : list) {
      if (row.op != op)
        continue;
      if (row.since > opset)
        found.newerOnly = found.newerOnly ? std::min(found.newerOnly, row.since) : row.since;
      else if (!found.row || row.since > found.row->since)
        found.row = &row;
    }
  }
  if (found.row)
    return found;
  for (const nn::ImportRow &row : nn::onnxRows()) {
    if (!row.elementwise || row.name != op)
      continue;
    if (row.since > opset)
      found.newerOnly = row.since;
    else
      found.elementwise = &row;
  }
  return found;
}

void neuron::importer::visitOperators(llvm::function_ref<void(const ListedOp &)> visit) {
  std::map<llvm::StringRef, int64_t> oldest;
  auto add = [&](llvm::StringRef op, int64_t since) {
    auto [known, isNew] = oldest.try_emplace(op, since);
    known->second = std::min(known->second, since);
  };
  for (llvm::ArrayRef<ImportRow> list : formLists())
    for (const ImportRow &row : list)
      add(row.op, row.since);
  for (const nn::ImportRow &row : nn::onnxRows())
    if (row.elementwise)
      add(row.name, row.since);
  for (const auto &[op, since] : oldest)
    visit({op, since});
}
