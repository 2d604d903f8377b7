// neuron-hoist-reshapes: reshapes that only add or drop ones move before small elementwise ops
// and concatenations.
//
// A mask or a table of angles is a chain of elementwise ops on few numbers, with reshapes between
// them that add dims to broadcast along. With the reshapes at its beginning, where they are
// views of inputs, the chain is one group. An op that others read as well is made a second time:
// its elements are few, and every reader then has it on chip. What comes out of a product or
// another op with a template of its own stays as it is, since the elementwise ops behind that
// run on its tiles.
#include "passes/normalise/OpEmitter.h"

#include "dialects/nn/ScalarBody.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/STLExtras.h"

namespace neuron::passes {
#define GEN_PASS_DEF_HOISTRESHAPES
#include "passes/Passes.h.inc"
} // namespace neuron::passes

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

/// One pass of an engine over a tile: computing that again costs less than going through memory.
constexpr int64_t kSmallElements = 128 * 512;

SmallVector<int64_t> withoutOnes(ArrayRef<int64_t> shape) {
  return llvm::filter_to_vector(shape, [](int64_t dim) { return dim != 1; });
}

/// Whether a value is there before any template ran, or is made by elementwise ops and views.
bool isCheap(Value value) {
  Operation *op = value.getDefiningOp();
  return !op || nn::isElementwise(op) ||
         mlir::isa<nn::ConstantOp, nn::WeightValueOp, nn::StateReadOp, nn::ReshapeOp,
                   nn::BroadcastOp, nn::SliceOp, nn::TransposeOp, nn::ConcatOp>(op);
}

/// The shape of an operand of an op of shape `from` when the op has shape `to`, which differs
/// in ones only.
SmallVector<int64_t> operandShape(ArrayRef<int64_t> operand, ArrayRef<int64_t> from,
                                  ArrayRef<int64_t> to) {
  SmallVector<int64_t> shape;
  size_t next = 0;
  for (int64_t dim : to) {
    if (dim == 1) {
      shape.push_back(1);
      continue;
    }
    while (from[next] == 1)
      ++next;
    shape.push_back(operand[next++]);
  }
  return shape;
}

/// Where dim `axis` of `from`, which is larger than 1, is in `to`.
int64_t placeOf(int64_t axis, ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  int64_t before = llvm::count_if(from.take_front(axis), [](int64_t dim) { return dim != 1; });
  int64_t place = 0;
  while (to[place] == 1 || before-- > 0)
    ++place;
  return place;
}

struct HoistReshapesPass : passes::impl::HoistReshapesBase<HoistReshapesPass> {
  void runOnOperation() override {
    SmallVector<nn::ReshapeOp> work;
    getOperation()->walk([&](nn::ReshapeOp reshape) { work.push_back(reshape); });
    while (!work.empty())
      hoist(work.pop_back_val(), work);
  }

private:
  void hoist(nn::ReshapeOp reshape, SmallVector<nn::ReshapeOp> &work) {
    while (auto inner = reshape.getInput().getDefiningOp<nn::ReshapeOp>())
      reshape.getInputMutable().assign(inner.getInput());
    Operation *op = reshape.getInput().getDefiningOp();
    ArrayRef<int64_t> from = shapeOf(reshape.getInput()), to = shapeOf(reshape.getResult());
    auto concat = dyn_cast_or_null<nn::ConcatOp>(op);
    if (!op || (!nn::isElementwise(op) && !concat) || withoutOnes(from) != withoutOnes(to) ||
        typeOf(reshape.getInput()).getNumElements() > kSmallElements ||
        !llvm::all_of(op->getOperands(), isCheap))
      return;
    if (concat && from[concat.getAxis()] == 1)
      return;
    OpBuilder builder(reshape);
    OpEmitter emit(builder, reshape.getLoc());
    IRMapping mapping;
    for (Value operand : op->getOperands()) {
      if (mapping.contains(operand))
        continue;
      Value shaped = emit.reshape(operand, operandShape(shapeOf(operand), from, to));
      mapping.map(operand, shaped);
      if (auto moved = shaped.getDefiningOp<nn::ReshapeOp>(); moved && shaped != operand)
        work.push_back(moved);
    }
    Operation *copy = builder.clone(*op, mapping);
    copy->getResult(0).setType(cast<RankedTensorType>(reshape.getType()));
    if (concat)
      cast<nn::ConcatOp>(copy).setAxis(placeOf(concat.getAxis(), from, to));
    reshape->replaceAllUsesWith(copy);
    reshape->erase();
    if (op->use_empty())
      op->erase();
    ++numHoisted;
  }
};

} // namespace
