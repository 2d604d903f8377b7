// ImportOnnx: the one entry point of ONNX import.

#ifndef NEURON_COMPILER_IMPORT_ONNX_IMPORTONNX_H
#define NEURON_COMPILER_IMPORT_ONNX_IMPORTONNX_H

#include "compiler/driver/Diagnostics.h"
#include "passes/weights/WeightStore.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <map>
#include <string>
#include <vector>

namespace neuron::importer {

/// What an import leaves besides the module.
struct ImportFacts {
  std::map<std::string, uint64_t> unsupported; ///< ONNX operator -> nodes
};

/// Reads the model at `path` and returns it as a module of nn ops, its files mapped in `store`.
/// `shapes` binds inputs to shapes.
/// Errors: reported to `diagnostics`; null.
mlir::OwningOpRef<mlir::ModuleOp>
importOnnx(mlir::MLIRContext &context, const std::string &path,
           const std::map<std::string, std::vector<int64_t>> &shapes, WeightStore &store,
           driver::Diagnostics &diagnostics, ImportFacts &facts);

/// Calls `visit` with each supported operator, in alphabetical order, and the oldest opset from
/// which its present form is read.
void visitSupportedOperators(llvm::function_ref<void(llvm::StringRef, int64_t)> visit);

/// The range of opsets that are read.
int64_t oldestOpset();
int64_t newestOpset();

} // namespace neuron::importer

#endif
