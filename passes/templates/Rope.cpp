// Rotary position embedding: rows on the partitions, a tile of [columns, 2, pairs] elements.
//
// One dim of rows goes to the partitions, the next largest to the free dims, so that heads which
// share angles share one load of them. With x = [x1, x2] per row: t = x * cos and u = [x2 * sin1,
// x1 * sin2] are one and two instructions, then y = [t1 - u1, t2 + u2]. Rows too long for the
// budget are split by pairs; the element and its partner half a row away stay together.
#include "passes/templates/GroupBody.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

/// A dim of rows with its stride in x, cos, sin and the result.
struct RowDim {
  int64_t size = 1;
  std::array<int64_t, 4> strides = {0, 0, 0, 0};
};

class RopeEmitter {
public:
  RopeEmitter(Context &context, ArrayRef<HbmView> views)
      : tiles(context.tiles), slots(context.budget.slots), views(views) {
    const HbmView &x = views[0];
    size_t rank = x.shape.size();
    for (size_t d = 0; d + 1 < rank; ++d)
      if (x.shape[d] != 1)
        rows.push_back(dimOf(d));
    along = dimOf(rank - 1);
    half = along.size / 2;
    lanes = takeLargest(isa::kNumPartitions);
    columns = takeLargest(std::numeric_limits<int64_t>::max());
    // x, cos, sin and the result in slots, two products.
    int64_t elements = std::max<int64_t>(2, context.budget.sbufBytes / (4 * (4 * slots + 2)));
    pairs = std::min(half, elements / 2);
    columnTile = std::clamp<int64_t>(elements / (2 * pairs), 1, columns.size);
  }

  void run() { outer(0, {}); }

private:
  using Offsets = std::array<Index, 4>;

  RowDim dimOf(size_t d) const {
    RowDim dim{views[0].shape[d]};
    for (size_t v = 0; v < 4; ++v)
      dim.strides[v] = views[v].strides[d];
    return dim;
  }

  RowDim takeLargest(int64_t bound) {
    auto *best = llvm::max_element(rows, [&](const RowDim &a, const RowDim &b) {
      return std::min(a.size, bound) < std::min(b.size, bound);
    });
    if (best == rows.end())
      return {};
    RowDim dim = *best;
    rows.erase(best);
    return dim;
  }

  static Offsets moved(Offsets offsets, const RowDim &dim, const Index &start) {
    for (auto [offset, stride] : llvm::zip_equal(offsets, dim.strides))
      if (stride)
        offset += start * stride;
    return offsets;
  }

  void outer(size_t d, Offsets at) {
    if (d < rows.size())
      return tiles.loop(rows[d].size, [&](Index i) { outer(d + 1, moved(at, rows[d], i)); });
    tiles.tiles(lanes.size, isa::kNumPartitions, [&](Index lane, int64_t laneCount) {
      tiles.tiles(half, pairs, [&](Index pair, int64_t pairCount) {
        count = laneCount;
        width = pairCount;
        columnTiles(moved(moved(at, lanes, lane), along, pair));
      });
    });
  }

  void columnTiles(const Offsets &at) {
    bool shared = !columns.strides[1] && !columns.strides[2];
    Ref cos, sin;
    if (shared) {
      cos = load(1, at[1], 1);
      sin = load(2, at[2], 1);
    }
    tiles.tiles(columns.size, columnTile, [&](Index column, int64_t n) {
      Offsets here = moved(at, columns, column);
      if (!shared) {
        cos = load(1, here[1], columns.strides[1] ? n : 1);
        sin = load(2, here[2], columns.strides[2] ? n : 1);
      }
      turn(here, n, cos, sin);
    });
  }

  /// The operand of a transfer: [lanes, columns, 2, pairs].
  Ref place(size_t view, const Index &at, int64_t n) {
    return tiles.hbm(views[view], at,
                     {{lanes.strides[view], count},
                      {columns.strides[view], n},
                      {along.strides[view] * half, 2},
                      {along.strides[view], width}});
  }

  Ref load(size_t view, const Index &at, int64_t n) {
    Ref tile = tiles.sbuf(count, n * 2 * width, views[view].dtype, slots);
    tiles.dma(tile, place(view, at, n), Traffic::Load);
    return tile;
  }

  /// The first or second halves of the rows of a tile with n rows or one that repeats.
  Ref halves(const Ref &tile, int64_t n, int64_t which) const {
    bool repeats = tile.columns() < n * 2 * width;
    return tile.withDims({{repeats ? 0 : 2 * width, n}, {1, width}}).at(which * width);
  }

  void turn(const Offsets &at, int64_t n, const Ref &cos, const Ref &sin) {
    Ref x = load(0, at[0], n);
    Ref straight = tiles.sbuf(count, n * 2 * width, DType::F32);
    Ref crossed = tiles.sbuf(count, n * 2 * width, DType::F32);
    Ref out = tiles.sbuf(count, n * 2 * width, views[3].dtype, slots);
    SmallVector<FreeDim> whole = {{2 * width, n}, {1, 2 * width}};
    bool repeats = cos.columns() < x.columns();
    tiles.tensorTensor(straight.withDims(whole), x.withDims(whole),
                       cos.withDims({{repeats ? 0 : 2 * width, n}, {1, 2 * width}}),
                       isa::AluOp::Multiply);
    for (int64_t which : {0, 1})
      tiles.tensorTensor(halves(crossed, n, which), halves(x, n, 1 - which), halves(sin, n, which),
                         isa::AluOp::Multiply);
    for (int64_t which : {0, 1})
      tiles.tensorTensor(halves(out, n, which), halves(straight, n, which),
                         halves(crossed, n, which), which ? isa::AluOp::Add : isa::AluOp::Subtract);
    tiles.dma(place(3, at[3], n), out, Traffic::Store);
  }

  TileBuilder &tiles;
  int64_t slots;
  ArrayRef<HbmView> views; ///< x, cos, sin, result; of one shape, stride 0 where they repeat
  SmallVector<RowDim, 4> rows;
  RowDim along, lanes, columns;
  int64_t half = 0, pairs = 0, columnTile = 0;
  int64_t count = 0, width = 0; ///< lanes and pairs of the present tile
};

} // namespace

LogicalResult templates::lowerRope(Operation *op, Context &context) {
  auto rope = cast<nn::RopeOp>(op);
  SmallVector<HbmView, 4> views;
  for (Value operand : op->getOperands()) {
    FailureOr<HbmView> view = context.homes.of(operand);
    if (failed(view))
      return failure();
    views.push_back(repeated(*view, cast<RankedTensorType>(rope.getType()).getShape()));
  }
  FailureOr<HbmView> result = context.homes.forStridedResult(rope.getResult());
  if (failed(result))
    return failure();
  views.push_back(*result);
  if (result->elements())
    RopeEmitter(context, views).run();
  return success();
}
