// One of ONNX's own test models with its inputs and expected outputs.
#pragma once

#include "compiler/driver/Diagnostics.h"
#include "passes/eval/Evaluator.h"
#include "passes/weights/WeightStore.h"

#include "mlir/IR/BuiltinOps.h"
#include "onnx/onnx_pb.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace neuron::test {

/// The model of a case, imported. Every attempt has a context and a weight store of its own.
struct ImportedCase {
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  WeightStore store;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  eval::Tensors inputs;
};

class ConformanceCase {
public:
  /// `folder` has model.onnx and test_data_set_0/{input,output}_*.pb.
  explicit ConformanceCase(std::string folder);

  /// Imports the model. An operator whose operand must be known while compiling is imported with
  /// the model's integer inputs turned into initializers.
  /// Errors: null, the reason in `why`; `refused` tells whether the model is merely unsupported.
  std::unique_ptr<ImportedCase> import();

  /// Expected outputs; nothing where one has no host type.
  std::optional<eval::Tensors> expected() const;

  std::string why;
  bool refused = false;

private:
  std::unique_ptr<ImportedCase> import(const std::string &path);
  bool fixInputs();

  std::string folder, fixedPath;
  std::vector<::onnx::TensorProto> inputs, outputs;
};

/// Whether a folder has a case, and one whose expected values are not disputed.
bool isConformanceCase(llvm::StringRef folder);

} // namespace neuron::test
