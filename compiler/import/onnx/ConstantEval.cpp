// ConstantEval: which ops are evaluated while importing.

#include "compiler/import/onnx/ConstantEval.h"

#include "dialects/nn/Nn.h"
#include "passes/eval/Evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;
using namespace neuron;

namespace {

/// Float arithmetic that the reference evaluator rounds correctly: one operation in double,
/// rounded once.
constexpr StringLiteral roundedOps[] = {
    "nn.add",     "nn.subtract",  "nn.multiply", "nn.divide",  "nn.negate",
    "nn.abs",     "nn.floor",     "nn.ceil",     "nn.sqrt",    "nn.maximum",
    "nn.minimum", "nn.clip",      "nn.select",   "nn.reshape", "nn.broadcast",
    "nn.cast",    "nn.transpose", "nn.slice",    "nn.concat",  "nn.pad",
    "nn.tile",    "nn.gather",    "nn.iota",     "nn.trilu",   "nn.one_hot",
};

bool isSmall(Type type) {
  return nn::tensorBytes(cast<RankedTensorType>(type)) <= nn::kMaxConstantBytes;
}

bool hasOneValue(Operation *op) {
  bool isFloat = llvm::any_of(op->getResultTypes(), [](Type type) {
    return isa<FloatType>(cast<RankedTensorType>(type).getElementType());
  });
  return !isFloat || llvm::is_contained(roundedOps, op->getName().getStringRef());
}

} // namespace

LogicalResult neuron::importer::evaluateKnown(Operation *op, ArrayRef<DenseElementsAttr> operands,
                                              SmallVectorImpl<DenseElementsAttr> &results) {
  if (op->getNumResults() == 1 && operands.size() == 1 && operands[0].isSplat() &&
      isa<nn::ReshapeOp, nn::BroadcastOp, nn::TransposeOp, nn::SliceOp>(op)) {
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    if (type.getNumElements() > 0) {
      DenseElementsAttr splat = operands[0];
      results.push_back(splat.resizeSplat(type));
      return success();
    }
  }
  if (!eval::canEvaluate(op) || !hasOneValue(op) || !llvm::all_of(op->getResultTypes(), isSmall) ||
      !llvm::all_of(op->getOperandTypes(), isSmall))
    return failure();
  std::vector<eval::HostTensor> tensors;
  for (DenseElementsAttr operand : operands)
    tensors.push_back(eval::fromAttribute(operand));
  SmallVector<const eval::HostTensor *> pointers =
      llvm::map_to_vector(tensors, [](const eval::HostTensor &tensor) { return &tensor; });
  FailureOr<eval::Tensors> values = eval::evaluateOp(op, pointers, eval::EvalMode::Reference);
  if (failed(values))
    return failure();
  for (const eval::HostTensor &value : *values)
    results.push_back(eval::toAttribute(value, op->getContext()));
  return success();
}
