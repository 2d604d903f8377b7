// References for verification.
#include "compiler/verify/Oracle.h"

#include "dialects/nn/Nn.h"

using namespace mlir;
using namespace neuron;

namespace {

/// `value` rounded to `element`, back in its own type.
Value rounded(OpBuilder &builder, Location location, Value value, Type element) {
  auto type = cast<RankedTensorType>(value.getType());
  auto narrow = nn::CastOp::create(builder, location, type.clone(element), value);
  return nn::CastOp::create(builder, location, type, narrow);
}

} // namespace

func::FuncOp verify::mainOf(ModuleOp model) { return model.lookupSymbol<func::FuncOp>("main"); }

OwningOpRef<ModuleOp> verify::withRoundedOperands(ModuleOp model, DType type) {
  OwningOpRef<ModuleOp> copy(model.clone());
  Type element = type == DType::F16 ? Type(Float16Type::get(model.getContext()))
                                    : Type(BFloat16Type::get(model.getContext()));
  SmallVector<Operation *> products;
  copy->walk([&](Operation *op) {
    if (mlir::isa<nn::MatmulOp, nn::GemmOp, nn::ConvOp, nn::ConvTransposeOp, nn::AttentionOp>(op))
      products.push_back(op);
  });
  for (Operation *op : products) {
    OpBuilder builder(op);
    // The third operand of an attention is multiplied too; a bias is only added.
    unsigned multiplied = mlir::isa<nn::AttentionOp>(op) ? 3 : 2;
    for (unsigned i = 0; i < multiplied; ++i) {
      Value operand = op->getOperand(i);
      if (cast<RankedTensorType>(operand.getType()).getElementType().isF32())
        op->setOperand(i, rounded(builder, op->getLoc(), operand, element));
    }
  }
  return copy;
}

FailureOr<std::vector<eval::Tensors>>
verify::referenceRuns(ModuleOp model, ArrayRef<eval::Tensors> inputs, WeightStore &store) {
  eval::Evaluator evaluator(&store, eval::EvalMode::Reference);
  std::vector<eval::Tensors> results;
  for (const eval::Tensors &one : inputs) {
    FailureOr<eval::Tensors> outputs = evaluator.run(mainOf(model), one);
    if (failed(outputs))
      return failure();
    results.push_back(std::move(*outputs));
  }
  return results;
}
