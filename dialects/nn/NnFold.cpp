// Folds that need no evaluation: ops that leave their operand as it is, and movement after
// movement of the same kind. Everything that computes elements is folded by the pass
// neuron-fold-constants with the portable evaluator.
#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron::nn;

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto inner = getInput().getDefiningOp<ReshapeOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return nullptr;
}

OpFoldResult BroadcastOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : nullptr;
}

OpFoldResult CastOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : nullptr;
}

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  if (llvm::equal(getPerm(), llvm::seq<int64_t>(getPerm().size())))
    return getInput();
  if (auto inner = getInput().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> perm;
    for (int64_t axis : getPerm())
      perm.push_back(inner.getPerm()[axis]);
    setPerm(perm);
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return nullptr;
}

OpFoldResult SliceOp::fold(FoldAdaptor) {
  bool whole = getInput().getType() == getType() &&
               llvm::all_of(getStarts(), [](int64_t v) { return v == 0; }) &&
               llvm::all_of(getSteps(), [](int64_t v) { return v == 1; });
  return whole ? getInput() : nullptr;
}

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  return getInputs().size() == 1 ? getInputs()[0] : nullptr;
}
