// Rows of a cache replaced at run-time places, in place where the cache is a state.
//
// With the cache seen as [before, dim, after], row j of every outer index b goes to row
// b * dim + place(j). Rows lie on the partitions, several outer indices side by side; their
// places are computed there, in f32 (exact below 2^24), and one indirect transfer writes them.
// Worked example: 8 heads, 1 row, dim 128: lane b holds clamp(position, 0, 127) + 128 * b.
#include "passes/templates/Template.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

/// A transfer counts the partitions by one stride; lanes (b, j) may need one for each b.
constexpr int64_t kTransfersPerTile = 16;

constexpr int64_t kExactIntegers = int64_t(1) << 24;

class UpdateEmitter {
public:
  UpdateEmitter(Context &context, HbmView cache, HbmView update, HbmView position)
      : context(context), tiles(context.tiles), slots(context.budget.slots),
        cache(std::move(cache)), update(std::move(update)), position(std::move(position)),
        before(this->cache.shape[0]), dim(this->cache.shape[1]), after(this->cache.shape[2]),
        rows(this->update.shape[1]), eachRow(this->position.shape[0] == rows && rows > 1) {
    int64_t bytes = byteSize(this->cache.dtype);
    run = std::clamp<int64_t>(context.budget.sbufBytes / (bytes * slots), 1, after);
    rowTile = std::min<int64_t>(rows, isa::kNumPartitions);
    outerTile = std::min(before, isa::kNumPartitions / rowTile);
    if (!lanesMerge(this->update.strides[0], this->update.strides[1]) ||
        !lanesMerge(0, eachRow ? this->position.strides[0] : 0))
      outerTile = std::min(outerTile, kTransfersPerTile);
    if (outerTile * dim >= kExactIntegers)
      outerTile = 1;
  }

  void emit() {
    tiles.tiles(before, outerTile, [&](Index outer, int64_t outers) {
      tiles.tiles(rows, rowTile,
                  [&](Index row, int64_t count) { block(outer, outers, row, count); });
    });
  }

private:
  void block(const Index &outer, int64_t outers, const Index &row, int64_t count) {
    int64_t lanes = outers * count;
    Ref index = places(outers, row, count);
    // Of one place for all, the row's own number is in the address.
    Index first = outer * (dim * after);
    if (!eachRow)
      first += row * after;
    int64_t reach = (outers - 1) * dim + (eachRow ? dim : dim - rows + count);
    tiles.tiles(after, run, [&](Index from, int64_t n) {
      Ref tile = tiles.sbuf(lanes, n, update.dtype, slots);
      Index at = outer * update.strides[0] + row * update.strides[1] + from * update.strides[2];
      loadLanes(tile, update, at, {update.strides[0], outers}, {update.strides[1], count},
                {update.strides[2], n});
      tiles.scatter(tiles.hbm(cache, first + from, {{1, n}}), tile, index,
                    after * byteSize(cache.dtype), reach);
    });
  }

  /// Whether lanes (b, j) with these strides are one walk.
  bool lanesMerge(int64_t outerStride, int64_t rowStride) const {
    return rowTile == 1 || outerTile == 1 || outerStride == rowStride * rowTile;
  }

  /// Fills lanes (b, j) by one transfer where they are one walk, else by one for each b.
  void loadLanes(const Ref &tile, const HbmView &view, const Index &at, FreeDim outer, FreeDim row,
                 FreeDim along) {
    if (row.count == 1 || outer.count == 1 || outer.step == row.step * row.count) {
      int64_t step = row.count == 1 ? outer.step : row.step;
      tiles.dma(tile, tiles.hbm(view, at, {{step, outer.count * row.count}, along}), Traffic::Load);
      return;
    }
    for (int64_t b = 0; b < outer.count; ++b)
      tiles.dma(tile.inPartitions(b * row.count, row.count),
                tiles.hbm(view, at + Index(b * outer.step), {{row.step, row.count}, along}),
                Traffic::Load);
  }

  /// One row number a lane, from the block's first outer index on.
  Ref places(int64_t outers, const Index &row, int64_t count) {
    int64_t lanes = outers * count;
    Ref given = tiles.sbuf(lanes, 1, position.dtype, slots);
    Index at = eachRow ? row * position.strides[0] : Index(0);
    loadLanes(given, position, at, {0, outers}, {eachRow ? position.strides[0] : 0, count}, {0, 1});
    Ref place = tiles.sbuf(lanes, 1, DType::F32, slots);
    Ref index = tiles.sbuf(lanes, 1, DType::I32, slots);
    tiles.tensorScalar(place, given, isa::AluOp::Max, 0.0f, false, isa::AluOp::Min,
                       float(eachRow ? dim - 1 : dim - rows));
    tiles.tensorTensor(index, place, laneBases(outers, count), isa::AluOp::Add);
    return index;
  }

  /// b * dim, plus j where the first row's place stands for all, for lane (b, j).
  Ref laneBases(int64_t outers, int64_t count) {
    int64_t lanes = outers * count;
    Ref base = tiles.sbuf(lanes, 1, DType::F32, slots);
    if (count == 1 || (outers == 1 && !eachRow)) {
      tiles.iota(base, 0, int32_t(count == 1 ? dim : 1));
      return base;
    }
    SmallVector<float> values;
    for (int64_t lane = 0; lane < lanes; ++lane)
      values.push_back(float(lane / count * dim + (eachRow ? 0 : lane % count)));
    HbmView table = context.homes.constant(values, {lanes});
    tiles.dma(base, tiles.hbm(table, Index(0), {{1, lanes}, {0, 1}}), Traffic::Load);
    return base;
  }

  Context &context;
  TileBuilder &tiles;
  int64_t slots;
  HbmView cache, update, position;
  int64_t before, dim, after, rows;
  bool eachRow; ///< every row has a place of its own
  int64_t run = 1, rowTile = 1, outerTile = 1;
};

int64_t product(ArrayRef<int64_t> sizes) {
  int64_t n = 1;
  for (int64_t size : sizes)
    n *= size;
  return n;
}

/// The view under another shape, of a copy where strides cannot say it.
HbmView shaped(Operation *op, Context &context, const HbmView &view, ArrayRef<int64_t> shape) {
  if (std::optional<HbmView> same = view.reshaped(shape))
    return *same;
  context.fellBack(op, "copies an operand whose elements are not in order");
  HbmView dense = context.homes.scratch(view.dtype, view.shape);
  move(context.tiles, dense, view);
  return *dense.reshaped(shape);
}

} // namespace

LogicalResult templates::lowerCacheUpdate(Operation *op, Context &context) {
  auto write = cast<nn::CacheUpdateOp>(op);
  FailureOr<HbmView> cache = context.homes.of(write.getCache());
  FailureOr<HbmView> update = context.homes.of(write.getUpdate());
  FailureOr<HbmView> position = context.homes.of(write.getPosition());
  bool inPlace = updatesStateInPlace(op);
  if (inPlace && succeeded(cache))
    context.homes.alias(write.getResult(), *cache);
  FailureOr<HbmView> result = inPlace ? cache : context.homes.forResult(write.getResult());
  if (failed(cache) || failed(update) || failed(position) || failed(result))
    return failure();
  if (!inPlace)
    move(context.tiles, *result, *cache);
  if (update->elements() == 0)
    return success();
  int64_t axis = write.getAxis(), dim = cache->shape[axis], rows = update->shape[axis];
  if (dim >= kExactIntegers)
    return op->emitOpError("has ")
           << dim << " rows, fewer than " << kExactIntegers << " are lowered";
  int64_t before = product(ArrayRef(cache->shape).take_front(axis));
  int64_t after = product(ArrayRef(cache->shape).drop_front(axis + 1));
  std::optional<HbmView> target = result->reshaped({before, dim, after});
  if (!target || !target->isRowMajor())
    return op->emitOpError("writes into a cache whose rows are not in order");
  UpdateEmitter(context, *target, shaped(op, context, *update, {before, rows, after}),
                shaped(op, context, *position, {position->elements()}))
      .emit();
  return success();
}
