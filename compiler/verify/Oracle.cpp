// References for verification.
#include "compiler/verify/Oracle.h"

#include "dialects/nn/Nn.h"
#include "passes/Passes.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace neuron;

namespace {

/// The type to which an operand of a product is rounded.
std::optional<DType> productOperandType(Operation *op, unsigned operand, DType type) {
  if (!mlir::isa<nn::MatmulOp, nn::GemmOp, nn::ConvOp, nn::ConvTransposeOp, nn::AttentionOp>(op))
    return std::nullopt;
  // The third operand of an attention is multiplied too; a bias is only added.
  unsigned multiplied = mlir::isa<nn::AttentionOp>(op) ? 3 : 2;
  auto tensor = cast<RankedTensorType>(op->getOperand(operand).getType());
  return operand < multiplied && tensor.getElementType().isF32() ? std::optional(type)
                                                                 : std::nullopt;
}

/// A copy of `model` whose f32 data is kept in `type`.
FailureOr<OwningOpRef<ModuleOp>> withNarrowValues(ModuleOp model, DType type) {
  OwningOpRef<ModuleOp> copy(model.clone());
  PassManager passes(model.getContext());
  passes.addPass(passes::createNarrowValues({type == DType::F16 ? "f16" : "bf16"}));
  if (failed(passes.run(*copy)))
    return failure();
  return copy;
}

} // namespace

func::FuncOp verify::mainOf(ModuleOp model) { return model.lookupSymbol<func::FuncOp>("main"); }

FailureOr<std::vector<eval::Tensors>> verify::referenceRuns(ModuleOp model,
                                                            ArrayRef<eval::Tensors> inputs,
                                                            WeightStore &store,
                                                            const Rounding &rounding) {
  OwningOpRef<ModuleOp> narrow;
  if (rounding.values != DType::F32) {
    FailureOr<OwningOpRef<ModuleOp>> copy = withNarrowValues(model, rounding.values);
    if (failed(copy))
      return failure();
    narrow = std::move(*copy);
    model = *narrow;
  }
  eval::Evaluator evaluator(&store, eval::EvalMode::Reference);
  if (rounding.products != DType::F32)
    evaluator.operandType = [&](Operation *op, unsigned operand) {
      return productOperandType(op, operand, rounding.products);
    };
  std::vector<eval::Tensors> results;
  for (const eval::Tensors &one : inputs) {
    FailureOr<eval::Tensors> outputs = evaluator.run(mainOf(model), one);
    if (failed(outputs))
      return failure();
    results.push_back(std::move(*outputs));
  }
  return results;
}
