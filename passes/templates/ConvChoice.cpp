// A convolution as views, padded, and the schedule that takes it.
#include "passes/templates/ConvViews.h"
#include "passes/templates/OperandLoader.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

constexpr size_t kSpatialDims = 3;

/// [n, c, ...] with dims of 1 before the spatial dims that are there.
HbmView withDepth(HbmView view) {
  size_t missing = kSpatialDims + 2 - view.shape.size();
  view.shape.insert(view.shape.begin() + 2, missing, 1);
  view.strides.insert(view.strides.begin() + 2, missing, 0);
  return view;
}

SmallVector<Window, 3> windowsOf(nn::ConvOp conv) {
  auto kernel = cast<RankedTensorType>(conv.getWeight().getType()).getShape().drop_front(2);
  auto entry = [](ArrayRef<int64_t> list, size_t i, int64_t missing) {
    return list.empty() ? missing : list[i];
  };
  SmallVector<Window, 3> windows(kSpatialDims - kernel.size(), Window{1, 1, 1, 0});
  for (size_t d = 0; d < kernel.size(); ++d)
    windows.push_back({kernel[d], entry(conv.getStrides(), d, 1), entry(conv.getDilations(), d, 1),
                       entry(conv.getPadsLow(), d, 0)});
  return windows;
}

/// The input with its padding, written once into a copy where there is any.
HbmView padded(Context &context, const HbmView &image, ArrayRef<Window> windows,
               ArrayRef<int64_t> outputs) {
  SmallVector<int64_t> shape(image.shape), low(image.shape.size(), 0);
  for (size_t d = 0; d < kSpatialDims; ++d) {
    low[d + 2] = windows[d].low;
    shape[d + 2] = std::max(windows[d].reach(outputs[d + 2]), image.shape[d + 2] + windows[d].low);
  }
  if (shape == image.shape)
    return image;
  HbmView copy = context.homes.scratch(image.dtype, shape);
  fill(context.tiles, copy, 0.0f);
  move(context.tiles, window(copy, low, image.shape), image);
  return copy;
}

/// Weights [output, channel, ...] as [.., channel, output].
FailureOr<HbmView> weightView(nn::ConvOp conv, Context &context) {
  int64_t rank = cast<RankedTensorType>(conv.getWeight().getType()).getRank();
  SmallVector<int64_t> order;
  for (int64_t d = 2; d < rank; ++d)
    order.push_back(d);
  order.append({1, 0});
  FailureOr<HbmView> weight = operandView(context, conv.getWeight(), order);
  if (failed(weight))
    return failure();
  size_t missing = kSpatialDims + 2 - rank;
  weight->shape.insert(weight->shape.begin(), missing, 1);
  weight->strides.insert(weight->strides.begin(), missing, 0);
  return weight;
}

} // namespace

LogicalResult templates::lowerConv(Operation *op, Context &context) {
  auto conv = cast<nn::ConvOp>(op);
  size_t rank = cast<RankedTensorType>(conv.getInput().getType()).getRank();
  if (rank > kSpatialDims + 2)
    return op->emitOpError("has ") << rank - 2 << " spatial dims, one to three are lowered";
  FailureOr<HbmView> input = context.homes.of(conv.getInput());
  FailureOr<HbmView> weight = weightView(conv, context);
  GroupBody body(context.epilogue, conv.getResult());
  FailureOr<SmallVector<HbmView>> leaves = leafViews(body, context);
  FailureOr<HbmView> result = context.homes.forStridedResult(body.result());
  if (failed(input) || failed(weight) || failed(leaves) || failed(result))
    return failure();
  if (llvm::is_contained(result->shape, 0))
    return success();
  ConvViews views;
  if (conv.getBias()) {
    FailureOr<HbmView> home = context.homes.of(conv.getBias());
    if (failed(home))
      return failure();
    views.bias = *home;
  }
  SmallVector<Window, 3> windows = windowsOf(conv);
  views.result = withDepth(*result);
  views.input = padded(context, withDepth(*input), windows, views.result.shape);
  views.weight = *weight;
  views.depth = windows[0];
  views.rows = windows[1];
  views.columns = windows[2];
  views.groups = conv.getGroups();
  views.body = &body;
  for (const HbmView &leaf : *leaves)
    views.leaves.push_back(withDepth(leaf));
  if (isDepthwise(views)) {
    lowerDepthwiseConv(context, views);
  } else if (!tapsStay(context, views)) {
    lowerConvInSteps(context, views);
  } else if (rank == 4 && packsRows(views) && conv.getWeight().getDefiningOp<nn::WeightValueOp>()) {
    FailureOr<HbmView> turned = operandView(context, conv.getWeight(), {1, 2, 3, 0});
    if (failed(turned))
      return failure();
    lowerConvByTaps(context, views, *turned);
  } else {
    lowerConvByTaps(context, views, std::nullopt);
  }
  return success();
}
