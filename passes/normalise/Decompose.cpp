// neuron-decompose: every op that is a composition becomes one, until none is left.
//
// One walk in order; what a decomposition builds is looked at again, since a group norm of 16
// bits is casts around one of 32, and a transposed convolution pads by negative sizes. Ops
// named in `keep` stay whole for templates that take them so.
#include "passes/normalise/Decompose.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/SetVector.h"

namespace neuron::passes {
#define GEN_PASS_DECL_DECOMPOSE
#define GEN_PASS_DEF_DECOMPOSE
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

/// The values that replace the results of `op`, or none.
SmallVector<Value> decompose(Operation *op, OpEmitter &emit) {
  if (auto topk = dyn_cast<nn::TopkOp>(op)) {
    auto [values, places] = decomposeTopk(topk, emit);
    return {values, places};
  }
  for (auto *kind : {decomposeInteger, decomposeNorm, decomposeReduction, decomposeProduct,
                     decomposeWindow, decomposeMovement, decomposeIndexed, decomposeScan})
    if (Value value = kind(op, emit))
      return {value};
  return {};
}

struct DecomposePass : passes::impl::DecomposeBase<DecomposePass> {
  using DecomposeBase::DecomposeBase;

  void runOnOperation() override {
    SmallVector<Operation *> work;
    getOperation()->walk([&](Operation *op) {
      if (isa<nn::NnDialect>(op->getDialect()))
        work.push_back(op);
    });
    for (size_t i = 0; i < work.size(); ++i)
      replace(work[i], work);
  }

private:
  /// Replaces `op` by its decomposition, whose ops are appended to `work`.
  void replace(Operation *op, SmallVector<Operation *> &work) {
    if (llvm::is_contained(keep, op->getName().getStringRef()))
      return;
    OpBuilder builder(op);
    Operation *before = op->getPrevNode();
    OpEmitter emit(builder, op->getLoc());
    SmallVector<Value> values = decompose(op, emit);
    if (values.empty())
      return;
    // Everything between what stood before `op` and `op` is new.
    Operation *first = before ? before->getNextNode() : &op->getBlock()->front();
    for (Operation *built = first; built != op; built = built->getNextNode())
      work.push_back(built);
    // Constants that described the op go with it; they stand before it in `work`.
    llvm::SmallSetVector<Operation *, 4> constants;
    for (Value operand : op->getOperands())
      if (auto constant = operand.getDefiningOp<nn::ConstantOp>())
        constants.insert(constant);
    op->replaceAllUsesWith(values);
    op->erase();
    for (Operation *constant : constants)
      if (constant->use_empty())
        constant->erase();
    ++numDecomposed;
  }
};

} // namespace
