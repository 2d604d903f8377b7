// Bands of rows and their borders; see PoolWindows.h.
//
// Rows of results are cut into bands of equal height. The first ones may reach above the input,
// the last ones below it: those are emitted one by one, with their borders; all others are alike
// and become a loop.
#include "passes/templates/PoolWindows.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

constexpr int64_t kLanes = isa::kNumPartitions;

/// Two dims of a view as one, where its strides allow it.
bool mergesLeading(const HbmView &view) {
  return view.shape[0] == 1 || view.strides[0] == view.shape[1] * view.strides[1];
}

class PoolEmitter {
public:
  PoolEmitter(Context &context, const PoolWindows &pool)
      : tiles(context.tiles), slots(context.budget.slots), pool(pool), rowsIn(pool.input.shape[2]),
        columnsIn(pool.input.shape[3]), rows(pool.output.shape[2]), columns(pool.output.shape[3]) {
    width = std::max(pool.low[1] + columnsIn, pool.reach(1, columns));
    band = chooseBand(context.budget);
  }

  bool fits() const { return band > 0; }

  void run() {
    bool merges = mergesLeading(pool.input) && mergesLeading(pool.output);
    int64_t images = merges ? 1 : pool.input.shape[0];
    int64_t channels = pool.input.shape[1] * (merges ? pool.input.shape[0] : 1);
    tiles.loop(images, [&](Index image) {
      tiles.tiles(channels, kLanes, [&](Index channel, int64_t lanes) {
        Index from = image * pool.input.strides[0] + channel * pool.input.strides[1];
        Index to = image * pool.output.strides[0] + channel * pool.output.strides[1];
        bands(from, to, lanes);
      });
    });
  }

private:
  /// Rows of results at once: what a loaded band and its results take stays below the budget.
  int64_t chooseBand(const Budget &budget) const {
    int64_t inBytes = byteSize(pool.input.dtype), outBytes = byteSize(pool.output.dtype) + 4;
    auto bytes = [&](int64_t count) {
      return slots * (pool.reach(0, count) * width * inBytes + count * columns * outBytes);
    };
    int64_t count = rows;
    while (count > 1 && bytes(count) > budget.sbufBytes)
      count = llvm::divideCeil(count, 2);
    return bytes(count) <= budget.sbufBytes ? count : 0;
  }

  /// First and last row of the input, borders included, that a band from `row` reads.
  int64_t top(int64_t row) const { return row * pool.stride[0] - pool.low[0]; }
  bool isInside(int64_t row, int64_t count) const {
    return top(row) >= 0 && top(row) + pool.reach(0, count) <= rowsIn;
  }

  void bands(const Index &from, const Index &to, int64_t lanes) {
    int64_t row = 0;
    while (row < rows) {
      int64_t count = std::min(band, rows - row), alike = 0;
      while (row + (alike + 1) * count <= rows && isInside(row + alike * count, count))
        ++alike;
      if (alike == 0) {
        emitBand(from, to, lanes, Index(row), count, std::max<int64_t>(0, -top(row)),
                 std::max<int64_t>(0, top(row) + pool.reach(0, count) - rowsIn));
        row += count;
        continue;
      }
      tiles.loop(alike,
                 [&](Index i) { emitBand(from, to, lanes, i * count + Index(row), count, 0, 0); });
      row += alike * count;
    }
  }

  /// `above` and `below`: rows of the band that lie outside the input.
  void emitBand(const Index &from, const Index &to, int64_t lanes, const Index &row, int64_t count,
                int64_t above, int64_t below) {
    int64_t height = pool.reach(0, count);
    Ref tile = tiles.sbuf(lanes, height * width, pool.input.dtype, slots);
    border(tile, height, above, below);
    int64_t inside = height - above - below;
    if (inside > 0) {
      const HbmView &in = pool.input;
      Index first = from + (row * pool.stride[0] + Index(above - pool.low[0])) * in.strides[2];
      tiles.dma(
          tile.withDims({{width, inside}, {1, columnsIn}}).at(Index(above * width + pool.low[1])),
          tiles.hbm(in, first,
                    {{in.strides[1], lanes}, {in.strides[2], inside}, {in.strides[3], columnsIn}}),
          Traffic::Load);
    }
    Ref out = tiles.sbuf(lanes, count * columns, pool.output.dtype, slots);
    reduceWindows(tile, out, count);
    const HbmView &result = pool.output;
    tiles.dma(
        tiles.hbm(
            result, to + row * result.strides[2],
            {{result.strides[1], lanes}, {result.strides[2], count}, {result.strides[3], columns}}),
        out, Traffic::Store);
  }

  /// Fills what no transfer writes.
  void border(const Ref &tile, int64_t height, int64_t above, int64_t below) {
    auto strip = [&](int64_t at, int64_t stripRows, int64_t stripColumns) {
      if (stripRows > 0 && stripColumns > 0)
        tiles.memset(tile.withDims({{width, stripRows}, {1, stripColumns}}).at(Index(at)),
                     pool.border);
    };
    int64_t right = pool.low[1] + columnsIn;
    strip(0, above, width);
    strip((height - below) * width, below, width);
    strip(above * width, height - above - below, pool.low[1]);
    strip(above * width + right, height - above - below, width - right);
  }

  void reduceWindows(const Ref &tile, const Ref &out, int64_t count) {
    Ref windows = tile.withDims({{pool.stride[0] * width, count},
                                 {pool.stride[1], columns},
                                 {pool.dilation[0] * width, pool.kernel[0]},
                                 {pool.dilation[1], pool.kernel[1]}});
    Ref shaped = out.withDims({{columns, count}, {1, columns}});
    if (pool.finish == 1) {
      tiles.reduce(shaped, windows, pool.combine, 2);
      return;
    }
    Ref sum = tiles.sbuf(out.partitions, count * columns, DType::F32, slots);
    tiles.reduce(sum.withDims({{columns, count}, {1, columns}}), windows, pool.combine, 2);
    tiles.tensorScalar(out, sum, isa::AluOp::Multiply, pool.finish);
  }

  TileBuilder &tiles;
  int64_t slots;
  const PoolWindows &pool;
  int64_t rowsIn, columnsIn, rows, columns;
  int64_t width = 0; ///< of a row in SBUF, borders included
  int64_t band = 0;  ///< rows of results; 0: none fits
};

} // namespace

bool templates::lowerPoolWindows(Context &context, const PoolWindows &pool) {
  PoolEmitter emitter(context, pool);
  if (!emitter.fits())
    return false;
  emitter.run();
  return true;
}
