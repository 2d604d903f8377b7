// Import rows from the generated table.
#include "dialects/nn/ImportTable.h"

#include <limits>

namespace neuron::nn {

#include "dialects/nn/NnImportTable.inc"

llvm::ArrayRef<ImportRow> onnxRows() { return kOnnxRows; }
llvm::ArrayRef<ImportRow> torchRows() { return kTorchRows; }

const ImportRow *findOnnxRow(llvm::StringRef name, int64_t opset) {
  const ImportRow *found = nullptr;
  for (const ImportRow &row : kOnnxRows)
    if (row.name == name && row.since <= opset)
      found = &row;
  return found;
}

} // namespace neuron::nn
