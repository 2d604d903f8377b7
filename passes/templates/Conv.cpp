// The conv template: channels on the partitions, a matmul per tap on a shifted view.
//
// The input's rows sit in SBUF as [channels, rows, columns]; for every tap of the window the
// same tile, shifted by the tap and stepped by the strides, streams past that tap's
// [channels, outputs] weights into one PSUM bank. Nothing is copied per tap (no im2col). The
// weights of a block of outputs stay in SBUF over the whole image.
//
// Small groups share a product: their channels lie side by side on the partitions, their outputs
// in the columns, and the weights are zero where a channel meets the output of another group.
//
// An image of few channels would leave most partitions idle; then the rows of the window go to
// the partitions too: lane c * kernelRows + r holds channel c, shifted down by tap row r, and
// only the columns of the window remain taps.
#include "passes/templates/ConvViews.h"
#include "passes/templates/OperandLoader.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

/// Channels up to which the window's rows go to the partitions.
constexpr int64_t kFewChannels = 8;

class ConvEmitter {
public:
  ConvEmitter(Context &context, HbmView input, HbmView weight, std::optional<HbmView> bias,
              HbmView result, Window rows, Window columns, int64_t groups, bool packsRows,
              int64_t packedGroups, const GroupBody &body, SmallVector<HbmView> leaves)
      : tiles(context.tiles), budget(context.budget), input(std::move(input)),
        weight(std::move(weight)), bias(std::move(bias)), result(std::move(result)), rows(rows),
        columns(columns), groups(groups / packedGroups), packedGroups(packedGroups), body(body),
        leaves(std::move(leaves)) {
    channels = this->weight.shape[2] * packedGroups;
    outputs = this->weight.shape[3] / this->groups;
    type = tensorEngineType(context, this->input.dtype);
    rowStep = rows.stride * this->input.strides[2];
    tileRowStep = this->input.strides[2];
    if (packsRows) {
      packedRows = rows.kernel;
      packedStep = rows.dilation * this->input.strides[2];
      tileRowStep = rowStep;
      this->rows = {1, 1, 1, 0};
    }
    chooseTile();
  }

  void run() {
    tiles.loop(input.shape[0], [&](Index image) {
      tiles.loop(groups, [&](Index group) {
        Weights all;
        if (weightsStay)
          all = loadWeights(group * outputs, outputs, 1);
        tiles.tiles(result.shape[2], rowTile, [&](Index y, int64_t height) {
          tiles.tiles(result.shape[3], columnTile, [&](Index x, int64_t width) {
            Area area{image, group, y, x, height, width};
            Ref patch = loadPatch(area);
            tiles.tiles(outputs, kStationaryTile, [&](Index out, int64_t count) {
              outputTile(area, patch, all, out, count);
            });
          });
        });
      });
    });
  }

private:
  /// A block of output pixels.
  struct Area {
    Index image, group, y, x;
    int64_t height, width;
  };
  /// Weights in SBUF: [channels of a block, blocks, taps, columns].
  struct Weights {
    Ref tile;
    int64_t columns = 0;
  };

  void chooseTile() {
    int64_t width = result.shape[3], height = result.shape[2];
    columnTile = std::min(width, kMovingTile);
    rowTile = std::max<int64_t>(1, std::min(height, kMovingTile / columnTile));
    auto bytes = [&] {
      return blocks() * rows.reach(rowTile) * columns.reach(columnTile) * int64_t(byteSize(type)) *
             budget.slots;
    };
    while (rowTile > 1 && bytes() > budget.sbufBytes)
      rowTile = llvm::divideCeil(rowTile, 2);
    while (columnTile > 1 && bytes() > budget.sbufBytes)
      columnTile = llvm::divideCeil(columnTile, 2);
    // Weights that several areas use stay if they fit; otherwise blocks of outputs stream.
    bool once = rowTile == height && columnTile == width;
    weightsStay =
        !once && blocks() * taps() * outputs * int64_t(byteSize(type)) <= budget.sbufBytes * 2;
  }

  int64_t taps() const { return rows.kernel * columns.kernel; }
  int64_t blocks() const { return llvm::divideCeil(channels, kContractTile); }

  /// Weights of `count` outputs from `column` on. One transfer for all full blocks of channels
  /// when the taps follow each other evenly in memory, else one per row of taps.
  Weights loadWeights(const Index &column, int64_t count, int64_t slots) {
    Weights loaded{
        tiles.sbuf(std::min(channels, kContractTile), blocks() * taps() * count, type, slots),
        count};
    if (packedGroups > 1) {
      loadBlocks(loaded, column);
      return loaded;
    }
    int64_t full = channels / kContractTile, rest = channels % kContractTile;
    bool even = weight.strides[0] == weight.strides[1] * columns.kernel || rows.kernel == 1;
    auto load = [&](int64_t firstBlock, int64_t numBlocks, int64_t lanes, int64_t firstTap,
                    int64_t numTaps, int64_t place) {
      Index from = column * weight.strides[3] +
                   Index(firstBlock * kContractTile * weight.strides[2] + place);
      tiles.dma(loaded.tile.inPartitions(0, lanes)
                    .withDims({{taps() * count, numBlocks}, {count, numTaps}, {1, count}})
                    .at((firstBlock * taps() + firstTap) * count),
                tiles.hbm(weight, from,
                          {{weight.strides[2], lanes},
                           {weight.strides[2] * kContractTile, numBlocks},
                           {weight.strides[1], numTaps},
                           {weight.strides[3], count}}),
                Traffic::Load);
    };
    auto loadTaps = [&](int64_t firstBlock, int64_t numBlocks, int64_t lanes) {
      if (even)
        return load(firstBlock, numBlocks, lanes, 0, taps(), 0);
      for (int64_t row = 0; row < rows.kernel; ++row)
        load(firstBlock, numBlocks, lanes, row * columns.kernel, columns.kernel,
             row * weight.strides[0]);
    };
    if (full)
      loadTaps(0, full, kContractTile);
    if (rest)
      loadTaps(full, 1, rest);
    return loaded;
  }

  /// Weights of packed groups: blocks on the diagonal of zeros.
  void loadBlocks(const Weights &loaded, const Index &column) {
    int64_t groupChannels = channels / packedGroups, groupOutputs = outputs / packedGroups;
    tiles.memset(loaded.tile, 0.0f);
    for (int64_t group = 0; group < packedGroups; ++group)
      tiles.dma(loaded.tile.inPartitions(group * groupChannels, groupChannels)
                    .withDims({{columns.kernel * loaded.columns, rows.kernel},
                               {loaded.columns, columns.kernel},
                               {1, groupOutputs}})
                    .at(group * groupOutputs),
                tiles.hbm(weight, (column + Index(group * groupOutputs)) * weight.strides[3],
                          {{weight.strides[2], groupChannels},
                           {weight.strides[0], rows.kernel},
                           {weight.strides[1], columns.kernel},
                           {weight.strides[3], groupOutputs}}),
                Traffic::Load);
  }

  /// The input that an area reads: [channels of a block, blocks, rows, columns].
  Ref loadPatch(const Area &area) {
    int64_t inRows = rows.reach(area.height), inColumns = columns.reach(area.width);
    Ref patch = tiles.sbuf(std::min(channels, kContractTile), blocks() * inRows * inColumns, type,
                           budget.slots);
    Index origin = area.image * input.strides[0] +
                   area.group * (channels / packedRows * input.strides[1]) + area.y * rowStep +
                   area.x * (columns.stride * input.strides[3]);
    auto load = [&](int64_t firstLane, int64_t lanes, int64_t laneStep, int64_t firstBlock,
                    int64_t numBlocks, const Index &from) {
      tiles.dma(
          patch.inPartitions(firstLane, lanes)
              .withDims({{inRows * inColumns, numBlocks}, {inColumns, inRows}, {1, inColumns}})
              .at(firstBlock * inRows * inColumns),
          tiles.hbm(input, from,
                    {{laneStep, lanes},
                     {kContractTile * input.strides[1], numBlocks},
                     {tileRowStep, inRows},
                     {input.strides[3], inColumns}}),
          Traffic::Load);
    };
    if (packedRows > 1) {
      for (int64_t c = 0; c < channels / packedRows; ++c)
        load(c * packedRows, packedRows, packedStep, 0, 1, origin + Index(c * input.strides[1]));
      return patch;
    }
    int64_t full = channels / kContractTile, rest = channels % kContractTile;
    if (full)
      load(0, kContractTile, input.strides[1], 0, full, origin);
    if (rest)
      load(0, rest, input.strides[1], full, 1,
           origin + Index(full * kContractTile * input.strides[1]));
    return patch;
  }

  /// Up to 128 outputs of an area.
  void outputTile(const Area &area, const Ref &patch, const Weights &all, const Index &out,
                  int64_t count) {
    Index column = area.group * outputs + out;
    Weights held = weightsStay ? all : loadWeights(column, count, budget.slots);
    Index within = weightsStay ? out : Index(0);
    Ref bank = tiles.psum(count, area.height * area.width, DType::F32, budget.slots);
    int64_t full = channels / kContractTile, rest = channels % kContractTile;
    auto block = [&](const Index &step, int64_t lanes, bool first) {
      accumulate(bank, area, patch, held, within, count, step, lanes, first);
    };
    // The first block of channels is peeled: its first tap overwrites the bank.
    if (full)
      block(Index(0), kContractTile, true);
    if (full > 1)
      tiles.loop(full - 1, [&](Index i) { block(i + Index(1), kContractTile, false); });
    if (rest)
      block(Index(full), rest, full == 0);
    store(bank, area, column, count);
  }

  /// Adds one block of channels, all taps, to the bank.
  void accumulate(const Ref &bank, const Area &area, const Ref &patch, const Weights &held,
                  const Index &within, int64_t count, const Index &step, int64_t lanes,
                  bool first) {
    int64_t inColumns = columns.reach(area.width);
    int64_t blockElements = rows.reach(area.height) * inColumns;
    auto tap = [&](const Index &row, const Index &col, isa::Cond cond, When when) {
      tiles.loadWeights(held.tile.inPartitions(0, lanes)
                            .withDims({{1, count}})
                            .at(step * (taps() * held.columns) +
                                row * (columns.kernel * held.columns) + col * held.columns +
                                within));
      tiles.matmul(
          bank,
          patch.inPartitions(0, lanes)
              .withDims({{rows.stride * inColumns, area.height}, {columns.stride, area.width}})
              .at(step * blockElements + row * (rows.dilation * inColumns) +
                  col * columns.dilation),
          cond, when);
    };
    // The first row of taps is peeled: its first tap overwrites when the block is the first.
    tiles.loopWithCounter(columns.kernel, [&](Value counter) {
      isa::Cond cond = !first ? isa::Cond::Always : counter ? isa::Cond::IfNotP0 : isa::Cond::Never;
      tap(Index(0), counter ? Index::of(counter) : Index(0), cond, {first ? counter : Value(), 0});
    });
    tiles.loop(rows.kernel - 1, [&](Index row) {
      tiles.loop(columns.kernel,
                 [&](Index col) { tap(row + Index(1), col, isa::Cond::Always, {}); });
    });
  }

  void store(const Ref &bank, const Area &area, const Index &column, int64_t count) {
    int64_t height = area.height, width = area.width;
    auto place = [&](const HbmView &view) {
      return area.image * view.strides[0] + column * view.strides[1] + area.y * view.strides[2] +
             area.x * view.strides[3];
    };
    SmallVector<Ref> leafTiles;
    for (const HbmView &leaf : leaves)
      leafTiles.push_back(loadLeaf(leaf, place(leaf), count, height, width));
    Ref out = tiles.sbuf(count, height * width, result.dtype, budget.slots);
    bool biasIsAll = bias && body.temporaries() == 0;
    Ref sum = bank;
    if (bias) {
      Ref biasColumn = tiles.sbuf(count, 1, DType::F32, budget.slots);
      tiles.dma(biasColumn,
                tiles.hbm(*bias, column * bias->strides[0], {{bias->strides[0], count}, {0, 1}}),
                Traffic::Load);
      sum = biasIsAll ? out : tiles.sbuf(count, height * width, DType::F32, budget.slots);
      tiles.tensorScalar(sum, bank, isa::AluOp::Add, biasColumn);
    }
    if (!biasIsAll)
      body.emit(tiles, leafTiles, &sum, out);
    tiles.dma(
        tiles.hbm(
            result, place(result),
            {{result.strides[1], count}, {result.strides[2], height}, {result.strides[3], width}}),
        out.withDims({{width, height}, {1, width}}), Traffic::Store);
  }

  /// The tile of a value of the result's shape; a dim along which it repeats is read again.
  Ref loadLeaf(const HbmView &leaf, const Index &at, int64_t outCount, int64_t height,
               int64_t width) {
    Ref tile = tiles.sbuf(outCount, height * width, leaf.dtype, budget.slots);
    tiles.dma(
        tile.withDims({{width, height}, {1, width}}),
        tiles.hbm(
            leaf, at,
            {{leaf.strides[1], outCount}, {leaf.strides[2], height}, {leaf.strides[3], width}}),
        Traffic::Load);
    return tile;
  }

  TileBuilder &tiles;
  const Budget &budget;
  HbmView input, weight; ///< weight dims: row, column, channel, output
  std::optional<HbmView> bias;
  HbmView result;
  Window rows, columns;
  int64_t groups; ///< products, each of packedGroups groups of the op
  int64_t packedGroups;
  const GroupBody &body;
  SmallVector<HbmView> leaves;
  DType type = DType::F32;
  int64_t channels = 0, outputs = 0;
  int64_t rowStep = 0;                    ///< elements from one output row's input to the next
  int64_t tileRowStep = 0;                ///< elements from one row of a tile to the next
  int64_t packedRows = 1, packedStep = 0; ///< rows of the window on the partitions
  int64_t rowTile = 1, columnTile = 1;
  bool weightsStay = false;
};

/// Weights [channel, row, column, output] as [1, column, channel x row, output].
HbmView lanesOfRows(const HbmView &weight) {
  HbmView lanes = weight;
  lanes.shape = {1, weight.shape[2], weight.shape[0] * weight.shape[1], weight.shape[3]};
  lanes.strides = {0, weight.strides[2], weight.strides[1], weight.strides[3]};
  return lanes;
}

/// Without the dim of the depth, which is 1.
HbmView asImage(HbmView view) {
  view.shape.erase(view.shape.begin() + 2);
  view.strides.erase(view.strides.begin() + 2);
  return view;
}

/// How many groups go into one product: as many as fill the partitions, evenly.
int64_t groupsPerProduct(const ConvViews &views) {
  int64_t channels = views.weight.shape[3], outputs = views.weight.shape[4] / views.groups;
  int64_t most = std::min(kContractTile / channels, kStationaryTile / outputs);
  for (int64_t packed = std::min(most, views.groups); packed > 1; --packed)
    if (views.groups % packed == 0)
      return packed;
  return 1;
}

} // namespace

bool templates::tapsStay(const Context &context, const ConvViews &views) {
  if (views.input.shape[2] != 1 || views.depth.kernel != 1)
    return false;
  int64_t blocks = llvm::divideCeil(views.weight.shape[3], kContractTile);
  int64_t taps = views.rows.kernel * views.columns.kernel;
  int64_t outputs = std::min(views.weight.shape[4] / views.groups, kStationaryTile);
  int64_t elements = blocks * (views.rows.reach(1) * views.columns.reach(1) + taps * outputs);
  constexpr int64_t kResults = 2048; // one small tile of every kind that a result goes through
  return elements * int64_t(byteSize(tensorEngineType(context, views.input.dtype))) + kResults <=
         4 * context.budget.sbufBytes;
}

bool templates::packsRows(const ConvViews &views) {
  return views.groups == 1 && views.rows.kernel > 1 && views.weight.shape[3] <= kFewChannels &&
         views.weight.shape[3] * views.rows.kernel <= kContractTile;
}

void templates::lowerConvByTaps(Context &context, const ConvViews &views,
                                std::optional<HbmView> turnedWeight) {
  HbmView weight = views.weight;
  weight.shape.erase(weight.shape.begin());
  weight.strides.erase(weight.strides.begin());
  if (turnedWeight)
    weight = lanesOfRows(*turnedWeight);
  SmallVector<HbmView> leaves;
  for (const HbmView &leaf : views.leaves)
    leaves.push_back(asImage(leaf));
  int64_t packed = turnedWeight ? 1 : groupsPerProduct(views);
  ConvEmitter(context, asImage(views.input), weight, views.bias, asImage(views.result), views.rows,
              views.columns, views.groups, turnedWeight.has_value(), packed, *views.body, leaves)
      .run();
}
