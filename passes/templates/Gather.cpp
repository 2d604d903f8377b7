// Rows chosen at run time: gather along an axis, scatter of rows, writing into a cache.
//
// Indices go to the partitions, one a row, and the DMA engines fetch or write the rows.
#include "passes/templates/Template.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

int64_t product(ArrayRef<int64_t> sizes) {
  int64_t n = 1;
  for (int64_t size : sizes)
    n *= size;
  return n;
}

/// Row-major copy of a view that is not.
HbmView dense(Operation *op, Context &context, HbmView view) {
  if (view.isRowMajor())
    return view;
  context.fellBack(op, "copies an operand whose elements are not in order");
  HbmView copy = context.homes.scratch(view.dtype, view.shape);
  move(context.tiles, copy, view);
  return copy;
}

/// Loads up to 128 indices, one a partition.
Ref loadIndices(Context &context, const HbmView &indices, const Index &start, int64_t count) {
  Ref column = context.tiles.sbuf(count, 1, indices.dtype, context.budget.slots);
  context.tiles.dma(column, context.tiles.hbm(indices, start, {{1, count}, {0, 1}}), Traffic::Load);
  return column;
}

/// The op whose result a value is, seen through reshapes that have no other user.
Operation *behindReshapes(Value value) {
  Operation *op = value.getDefiningOp();
  while (op && mlir::isa<nn::ReshapeOp>(op) && op->getOperand(0).hasOneUse())
    op = op->getOperand(0).getDefiningOp();
  return op;
}

/// Rows are split into runs that fit one descriptor's tile in SBUF.
int64_t rowRun(const Context &context, int64_t rowElements, DType dtype) {
  return std::max<int64_t>(1, std::min(rowElements, context.budget.sbufBytes /
                                                        (byteSize(dtype) * context.budget.slots)));
}

} // namespace

LogicalResult templates::lowerGather(Operation *op, Context &context) {
  auto gather = cast<nn::GatherOp>(op);
  FailureOr<HbmView> data = context.homes.of(gather.getData());
  FailureOr<HbmView> indices = context.homes.of(gather.getIndices());
  FailureOr<HbmView> result = context.homes.forResult(gather.getResult());
  if (failed(data) || failed(indices) || failed(result))
    return failure();
  if (llvm::is_contained(result->shape, 0))
    return success();
  HbmView table = dense(op, context, *data), chosen = dense(op, context, *indices);
  int64_t axis = gather.getAxis(), rows = table.shape[axis];
  int64_t outer = product(ArrayRef(table.shape).take_front(axis));
  int64_t row = product(ArrayRef(table.shape).drop_front(axis + 1));
  int64_t count = chosen.elements(), bytes = byteSize(table.dtype);
  int64_t run = rowRun(context, row, table.dtype);
  TileBuilder &tiles = context.tiles;
  tiles.loop(outer, [&](Index i) {
    tiles.tiles(count, isa::kNumPartitions, [&](Index start, int64_t lanes) {
      Ref column = loadIndices(context, chosen, start, lanes);
      tiles.tiles(row, run, [&](Index from, int64_t n) {
        Ref tile = tiles.sbuf(lanes, n, table.dtype, context.budget.slots);
        tiles.gather(tile, tiles.hbm(table, i * (rows * row) + from, {{1, n}}), column, row * bytes,
                     rows);
        tiles.dma(
            tiles.hbm(*result, i * (count * row) + start * row + from, {{row, lanes}, {1, n}}),
            tile, Traffic::Store);
      });
    });
  });
  return success();
}

bool templates::updatesStateInPlace(Operation *update) {
  auto read = dyn_cast_or_null<nn::StateReadOp>(behindReshapes(update->getOperand(0)));
  if (!read || !read->hasOneUse() || !update->getOperand(0).hasOneUse())
    return false;
  unsigned reads = 0, writes = 0;
  bool ours = false;
  for (Operation &op : *update->getBlock()) {
    if (auto other = dyn_cast<nn::StateReadOp>(op))
      reads += other.getStateAttr() == read.getStateAttr();
    auto write = dyn_cast<nn::StateWriteOp>(op);
    if (!write || write.getStateAttr() != read.getStateAttr())
      continue;
    ++writes;
    Value value = write.getValue();
    while (auto reshape = value.getDefiningOp<nn::ReshapeOp>())
      value = reshape.getInput();
    ours = value == update->getResult(0);
  }
  return reads == 1 && writes == 1 && ours;
}

LogicalResult templates::lowerScatterNd(Operation *op, Context &context) {
  auto scatter = cast<nn::ScatterNdOp>(op);
  auto indexType = cast<RankedTensorType>(scatter.getIndices().getType());
  if (scatter.getReduction() != "none" || indexType.getDimSize(indexType.getRank() - 1) != 1)
    return op->emitOpError("scatters with reduction '")
           << scatter.getReduction() << "' and indices of "
           << indexType.getDimSize(indexType.getRank() - 1)
           << " components, lowered are 'none' and 1";
  FailureOr<HbmView> data = context.homes.of(scatter.getData());
  FailureOr<HbmView> indices = context.homes.of(scatter.getIndices());
  FailureOr<HbmView> updates = context.homes.of(scatter.getUpdates());
  bool inPlace = updatesStateInPlace(op);
  if (inPlace && succeeded(data))
    context.homes.alias(scatter.getResult(), *data);
  FailureOr<HbmView> result = inPlace ? data : context.homes.forResult(scatter.getResult());
  if (failed(data) || failed(indices) || failed(updates) || failed(result))
    return failure();
  TileBuilder &tiles = context.tiles;
  if (!inPlace)
    move(tiles, *result, *data);
  HbmView chosen = dense(op, context, *indices), rows = dense(op, context, *updates);
  int64_t row = product(ArrayRef(data->shape).drop_front(1)), count = chosen.elements();
  int64_t run = rowRun(context, row, data->dtype);
  if (!row)
    return success();
  tiles.tiles(count, isa::kNumPartitions, [&](Index start, int64_t lanes) {
    Ref column = loadIndices(context, chosen, start, lanes);
    tiles.tiles(row, run, [&](Index from, int64_t n) {
      Ref tile = tiles.sbuf(lanes, n, rows.dtype, context.budget.slots);
      tiles.dma(tile, tiles.hbm(rows, start * row + from, {{row, lanes}, {1, n}}), Traffic::Load);
      tiles.scatter(tiles.hbm(*result, from, {{1, n}}), tile, column, row * byteSize(data->dtype),
                    data->shape[0]);
    });
  });
  return success();
}

LogicalResult templates::lowerStateWrite(Operation *op, Context &context) {
  auto write = cast<nn::StateWriteOp>(op);
  FailureOr<HbmView> value = context.homes.of(write.getValue());
  FailureOr<HbmView> state = context.homes.stateHome(write);
  if (failed(value) || failed(state))
    return failure();
  if (value->isSamePlaceAs(*state))
    return success();
  if (value->segment == state->segment) { // the two may overlap
    HbmView copy = context.homes.scratch(value->dtype, value->shape);
    move(context.tiles, copy, *value);
    *value = copy;
  }
  move(context.tiles, *state, *value);
  return success();
}
