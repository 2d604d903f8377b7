// Concatenation: parts that were not written in their place are moved there; with elementwise
// ops behind it, those run part by part and the concatenation itself is never stored.
#include "passes/templates/GroupBody.h"
#include "passes/templates/MapReduce.h"

#include "dialects/nn/Nn.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

/// Calls body(operand, its first index along the axis) for every operand with elements.
LogicalResult eachPart(nn::ConcatOp concat, Context &context,
                       llvm::function_ref<void(const HbmView &, ArrayRef<int64_t>)> body) {
  SmallVector<int64_t> low(cast<RankedTensorType>(concat.getResult().getType()).getRank(), 0);
  for (Value input : concat.getInputs()) {
    FailureOr<HbmView> part = context.homes.of(input);
    if (failed(part))
      return failure();
    body(*part, low);
    low[concat.getAxis()] += part->shape[concat.getAxis()];
  }
  return success();
}

LogicalResult gatherParts(nn::ConcatOp concat, Context &context) {
  FailureOr<HbmView> result = context.homes.forStridedResult(concat.getResult());
  if (failed(result))
    return failure();
  return eachPart(concat, context, [&](const HbmView &part, ArrayRef<int64_t> low) {
    HbmView place = window(*result, low, part.shape);
    if (place.isSamePlaceAs(part))
      return;
    context.fellBack(concat, "copies an operand that its producer did not write in its place");
    move(context.tiles, place, part);
  });
}

} // namespace

LogicalResult templates::lowerConcat(Operation *op, Context &context) {
  auto concat = cast<nn::ConcatOp>(op);
  if (context.epilogue.empty())
    return gatherParts(concat, context);
  GroupBody body(context.epilogue, concat.getResult());
  FailureOr<SmallVector<HbmView>> leaves = leafViews(body, context);
  FailureOr<HbmView> result = context.homes.forStridedResult(body.result());
  if (failed(leaves) || failed(result))
    return failure();
  return eachPart(concat, context, [&](const HbmView &part, ArrayRef<int64_t> low) {
    MapReduce problem;
    problem.parallel = part.shape;
    problem.output = window(*result, low, part.shape);
    for (const HbmView &leaf : *leaves)
      problem.inputs.push_back(window(leaf, low, part.shape));
    problem.inputs.push_back(part);
    problem.temporaries = body.temporaries();
    lowerMapReduce(context, problem, [&](TileBuilder &tiles, ArrayRef<Ref> inputs, const Ref &dst) {
      body.emit(tiles, inputs.drop_back(), &inputs.back(), dst);
    });
  });
}
