// Data movement in device memory: transfers between strided views, and the ops that are only
// that: reshape, transpose, broadcast, slice, pad.
//
// Where strides can say the result, it becomes a view and nothing moves.
#include "passes/templates/MapReduce.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

constexpr size_t kTransferDims = 4;

struct MoveDim {
  int64_t size, dst, src;
};

/// Dims of both views without those of size 1, merged where both walk alike.
SmallVector<MoveDim> mergedDims(const HbmView &dst, const HbmView &src) {
  SmallVector<MoveDim> dims;
  for (size_t d = 0; d < dst.shape.size(); ++d) {
    MoveDim dim{dst.shape[d], dst.strides[d], src.strides[d]};
    if (dim.size == 1)
      continue;
    if (!dims.empty() && dims.back().dst == dim.dst * dim.size &&
        dims.back().src == dim.src * dim.size)
      dims.back() = {dims.back().size * dim.size, dim.dst, dim.src};
    else
      dims.push_back(dim);
  }
  return dims;
}

void moveDims(TileBuilder &tiles, const HbmView &dst, const HbmView &src, ArrayRef<MoveDim> dims,
              const Index &dstOffset, const Index &srcOffset) {
  if (dims.size() > kTransferDims)
    return tiles.loop(dims.front().size, [&](Index i) {
      moveDims(tiles, dst, src, dims.drop_front(), dstOffset + i * dims.front().dst,
               srcOffset + i * dims.front().src);
    });
  SmallVector<FreeDim> to, from;
  for (const MoveDim &dim : dims) {
    to.push_back({dim.dst, dim.size});
    from.push_back({dim.src, dim.size});
  }
  if (dims.empty()) {
    to.push_back({1, 1});
    from.push_back({1, 1});
  }
  tiles.dma(tiles.hbm(dst, dstOffset, to), tiles.hbm(src, srcOffset, from), Traffic::Load);
}

/// The home of an op's result when it can be a view, written out only if it is an output.
LogicalResult finishView(Operation *op, Context &context, HbmView view) {
  Value result = op->getResult(0);
  if (!context.homes.isOutput(result)) {
    context.homes.alias(result, std::move(view));
    return success();
  }
  FailureOr<HbmView> home = context.homes.forResult(result);
  if (failed(home))
    return failure();
  if (home->isSamePlaceAs(view))
    return success();
  context.fellBack(op, "copies a view into a result of the model");
  move(context.tiles, *home, view);
  return success();
}

/// An immediate is f32; a number that it does not hold is the first of a count.
void setLine(TileBuilder &tiles, const Ref &line, double value) {
  bool isWide = isInteger(line.dtype) && std::fabs(value) < 0x1p32 && double(float(value)) != value;
  if (!isWide)
    return tiles.memset(line, float(value));
  Ref number = tiles.sbuf(line.partitions, 1, line.dtype);
  tiles.iota(number.asType(DType::I32), int32_t(uint32_t(int64_t(value))), 0);
  tiles.copy(line, number.withDims({{0, line.columns()}}));
}

} // namespace

void templates::move(TileBuilder &tiles, HbmView dst, HbmView src) {
  if (llvm::is_contained(dst.shape, 0))
    return;
  moveDims(tiles, dst, src, mergedDims(dst, src), Index(0), Index(0));
}

void templates::fill(TileBuilder &tiles, HbmView dst, double value) {
  // Rows of one SBUF line of constants, repeated by a step of 0 on the source side.
  constexpr int64_t kRun = 2048;
  SmallVector<MoveDim> dims = mergedDims(dst, dst);
  if (llvm::is_contained(dst.shape, 0))
    return;
  if (dims.empty())
    dims.push_back({1, 1, 1});
  int64_t run = std::min(dims.back().size, kRun);
  Ref line = tiles.sbuf(1, run, dst.dtype);
  setLine(tiles, line, value);
  std::function<void(size_t, Index)> outer = [&](size_t d, Index offset) {
    if (d + 1 < dims.size())
      return tiles.loop(dims[d].size, [&](Index i) { outer(d + 1, offset + i * dims[d].dst); });
    tiles.tiles(dims[d].size, run, [&](Index start, int64_t n) {
      Ref source = line.withDims({{1, n}});
      tiles.dma(tiles.hbm(dst, offset + start * dims[d].dst, {{0, 1}, {dims[d].dst, n}}), source,
                Traffic::Load);
    });
  };
  outer(0, Index(0));
}

HbmView templates::window(const HbmView &view, ArrayRef<int64_t> low, ArrayRef<int64_t> size) {
  HbmView part = view;
  for (size_t d = 0; d < low.size(); ++d) {
    part.offset += low[d] * view.strides[d] * int64_t(byteSize(view.dtype));
    part.shape[d] = size[d];
  }
  return part;
}

LogicalResult templates::lowerReshape(Operation *op, Context &context) {
  FailureOr<HbmView> input = context.homes.of(op->getOperand(0));
  if (failed(input))
    return failure();
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  std::optional<HbmView> view = input->reshaped(shape);
  if (!view) {
    context.fellBack(op, "copies an operand whose elements are not in order");
    HbmView dense = context.homes.scratch(input->dtype, input->shape);
    move(context.tiles, dense, *input);
    view = HbmView::rowMajor(dense.segment, dense.dtype, shape);
  }
  return finishView(op, context, *view);
}

LogicalResult templates::lowerTranspose(Operation *op, Context &context) {
  auto transpose = cast<nn::TransposeOp>(op);
  FailureOr<HbmView> view = context.homes.permuted(transpose.getInput(), transpose.getPerm());
  if (failed(view))
    return failure();
  return finishView(op, context, *view);
}

LogicalResult templates::lowerBroadcast(Operation *op, Context &context) {
  FailureOr<HbmView> view = context.homes.of(op->getOperand(0));
  if (failed(view))
    return failure();
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  for (size_t d = 0; d < shape.size(); ++d)
    if (view->shape[d] != shape[d]) {
      view->shape[d] = shape[d];
      view->strides[d] = 0;
    }
  return finishView(op, context, *view);
}

LogicalResult templates::lowerSlice(Operation *op, Context &context) {
  auto slice = cast<nn::SliceOp>(op);
  FailureOr<HbmView> view = context.homes.of(slice.getInput());
  if (failed(view))
    return failure();
  HbmView part = window(*view, slice.getStarts(), slice.getSizes());
  for (auto [d, step] : llvm::enumerate(slice.getSteps()))
    part.strides[d] *= step;
  return finishView(op, context, part);
}

LogicalResult templates::lowerPad(Operation *op, Context &context) {
  auto pad = cast<nn::PadOp>(op);
  if (pad.getMode() != "constant")
    return op->emitOpError("pads with mode ") << pad.getMode() << ", only constant is lowered";
  FailureOr<HbmView> input = context.homes.of(pad.getInput());
  FailureOr<HbmView> result = context.homes.forResult(pad.getResult());
  if (failed(input) || failed(result))
    return failure();
  fill(context.tiles, *result, pad.getValue().convertToDouble());
  // A negative pad cuts off: the elements of the input that remain, and where they land.
  SmallVector<int64_t> from, to, size;
  for (size_t d = 0; d < input->shape.size(); ++d) {
    int64_t low = pad.getLow()[d];
    int64_t step = 1 + (pad.getInterior().empty() ? 0 : pad.getInterior()[d]);
    // Element i lands at low + i * step, inside [0, dim).
    int64_t first = low < 0 ? llvm::divideCeil(-low, step) : 0;
    int64_t landsBelow = result->shape[d] - low;
    int64_t end =
        landsBelow <= 0 ? 0 : std::min<int64_t>(input->shape[d], (landsBelow - 1) / step + 1);
    from.push_back(first);
    to.push_back(low + first * step);
    size.push_back(end - first);
  }
  if (!llvm::all_of(size, [](int64_t n) { return n > 0; }))
    return success();
  HbmView target = window(*result, to, size);
  for (size_t d = 0; d < size.size(); ++d)
    target.strides[d] *= 1 + (pad.getInterior().empty() ? 0 : pad.getInterior()[d]);
  move(context.tiles, target, window(*input, from, size));
  return success();
}
