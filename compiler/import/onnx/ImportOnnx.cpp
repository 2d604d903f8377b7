// ImportOnnx: open, then import.

#include "compiler/import/onnx/ImportOnnx.h"

#include "compiler/import/onnx/GraphImport.h"
#include "compiler/import/onnx/ImportTable.h"

#include "llvm/ADT/StringRef.h"

using namespace neuron::importer;

mlir::OwningOpRef<mlir::ModuleOp>
neuron::importer::importOnnx(mlir::MLIRContext &context, const std::string &path,
                             const std::map<std::string, std::vector<int64_t>> &shapes,
                             WeightStore &store, driver::Diagnostics &diagnostics,
                             ImportFacts &facts) {
  OnnxModel model(store, diagnostics);
  if (mlir::failed(model.open(path)))
    return nullptr;
  GraphImport graph(context, model, shapes);
  mlir::OwningOpRef<mlir::ModuleOp> module = graph.run();
  facts.unsupported = graph.unsupported();
  return module;
}

void neuron::importer::visitSupportedOperators(
    llvm::function_ref<void(llvm::StringRef, int64_t)> visit) {
  visitOperators([&](const ListedOp &listed) { visit(listed.op, listed.since); });
}

int64_t neuron::importer::oldestOpset() { return kOldestOpset; }
int64_t neuron::importer::newestOpset() { return kNewestOpset; }
