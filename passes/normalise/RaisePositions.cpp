// What exporters make of a token's position: rotary embeddings and the rows of a cache.
#include "passes/normalise/RaisePositions.h"

#include "passes/normalise/OpEmitter.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::passes;

namespace {

struct Raise : RewritePattern {
  Raise(MLIRContext *context, StringRef root) : RewritePattern(root, 1, context) {}
};

/// The input of a slice of elements [start, start + half) along the last dim, all of the others.
Value halfOf(Value value, int64_t start) {
  auto slice = value.getDefiningOp<nn::SliceOp>();
  if (!slice)
    return nullptr;
  ArrayRef<int64_t> whole = shapeOf(slice.getInput());
  for (size_t d = 0; d < whole.size(); ++d) {
    bool last = d + 1 == whole.size();
    int64_t size = last ? whole[d] / 2 : whole[d];
    if (slice.getSizes()[d] != size || slice.getSteps()[d] != 1 ||
        slice.getStarts()[d] != (last ? start * size : 0))
      return nullptr;
  }
  return whole.back() % 2 == 0 ? slice.getInput() : Value();
}

/// x, if `value` is [-second, first] of the halves of its rows.
Value rotated(Value value) {
  auto concat = value.getDefiningOp<nn::ConcatOp>();
  if (!concat || concat.getInputs().size() != 2 || concat.getAxis() + 1 != typeOf(value).getRank())
    return nullptr;
  auto negative = concat.getInputs()[0].getDefiningOp<nn::NegateOp>();
  Value first = halfOf(concat.getInputs()[1], 0);
  return negative && first && halfOf(negative->getOperand(0), 1) == first ? first : Value();
}

/// x * cos + rotated(x) * sin.
struct RaiseRope : Raise {
  explicit RaiseRope(MLIRContext *context) : Raise(context, "nn.add") {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    for (unsigned side : {0u, 1u}) {
      auto straight = op->getOperand(side).getDefiningOp<nn::MultiplyOp>();
      auto crossed = op->getOperand(1 - side).getDefiningOp<nn::MultiplyOp>();
      if (!straight || !crossed)
        break;
      for (unsigned place : {0u, 1u}) {
        Value x = rotated(crossed->getOperand(place)), sin = crossed->getOperand(1 - place);
        if (!x || !llvm::is_contained(straight->getOperands(), x))
          continue;
        Value cos = straight->getOperand(straight->getOperand(0) == x ? 1 : 0);
        if (op->getResult(0).getType() != x.getType() || shapeOf(cos) != shapeOf(sin) ||
            shapeOf(cos).back() != shapeOf(x).back())
          continue;
        OpEmitter emit(rewriter, op->getLoc());
        rewriter.replaceOp(op, emit.make<nn::RopeOp>({x, cos, sin}));
        return success();
      }
    }
    return rewriter.notifyMatchFailure(op, "no sum of rows and rotated rows, each times a table");
  }
};

/// The vector of `length` numbers that `value` repeats along all dims but `axis`, or null.
Value repeatedVector(Value value, int64_t axis, int64_t length, OpEmitter &emit) {
  while (typeOf(value).getNumElements() != length) {
    auto broadcast = value.getDefiningOp<nn::BroadcastOp>();
    Value inner = broadcast ? broadcast.getInput() : Value();
    if (auto reshape = value.getDefiningOp<nn::ReshapeOp>(); reshape && length == 1)
      inner = reshape.getInput();
    if (!inner || (length != 1 && shapeOf(inner)[axis] != length))
      return nullptr;
    value = inner;
  }
  return emit.reshape(value, {length});
}

/// Whole rows of every outer index replaced at run-time places: a cache update. An index below
/// zero counts from the end.
struct RaiseCacheUpdate : Raise {
  explicit RaiseCacheUpdate(MLIRContext *context) : Raise(context, "nn.scatter_elements") {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    auto scatter = cast<nn::ScatterElementsOp>(op);
    int64_t axis = scatter.getAxis();
    ArrayRef<int64_t> data = shapeOf(scatter.getData()), updates = shapeOf(scatter.getUpdates());
    for (size_t d = 0; d < data.size(); ++d)
      if (int64_t(d) != axis && updates[d] != data[d])
        return rewriter.notifyMatchFailure(op, "the updates are not whole rows");
    int64_t rows = updates[axis];
    if (scatter.getReduction() != "none" || rows == 0 || rows > data[axis])
      return rewriter.notifyMatchFailure(op, "the rows are combined, none, or too many");
    OpEmitter emit(rewriter, op->getLoc());
    Value position = repeatedVector(scatter.getIndices(), axis, rows, emit);
    if (!position)
      return rewriter.notifyMatchFailure(op, "the rows' places differ between outer indices");
    Value fromEnd = emit.add(position, emit.number(double(data[axis]), position));
    Value negative = emit.make<nn::LessOp>({position, emit.number(0, position)});
    rewriter.replaceOp(op, emit.make<nn::CacheUpdateOp>({scatter.getData(), scatter.getUpdates(),
                                                         emit.select(negative, fromEnd, position)},
                                                        {emit.named("axis", axis)}));
    return success();
  }
};

} // namespace

void passes::addPositionPatterns(RewritePatternSet &patterns) {
  patterns.add<RaiseRope, RaiseCacheUpdate>(patterns.getContext());
}
