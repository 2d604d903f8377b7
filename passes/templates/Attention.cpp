// The attention template: scores, softmax and the weighted sum of values stay on chip.
//
// Several blocks go through these steps side by side, so that no engine waits for a softmax.
// Per head, keys are turned over to [d, t] and values lie as [t, e]; both stay in SBUF while
// blocks of 128 query rows pass. A block's scores come from PSUM into a row of SBUF, scaled and
// masked; one ScalarE pass makes exp and its sum; the probabilities are turned over block by
// block and multiply the values in one PSUM bank; the division by the sum is the eviction.
// Where keys and values do not stay, they pass in blocks; see LongAttention.h.
#include "passes/templates/LongAttention.h"
#include "passes/templates/OperandLoader.h"

#include "dialects/nn/Nn.h"
#include "passes/templates/GroupBody.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

/// Blocks side by side: each has up to two PSUM banks at a time.
constexpr int64_t kMostInFlight = 4;

class AttentionEmitter {
public:
  AttentionEmitter(Context &context, const AttentionViews &views)
      : tiles(context.tiles), shared(context.shared), slots(context.budget.slots),
        query(views.query), key(views.key), value(views.value), mask(views.mask),
        result(views.result), scale(views.scale), causal(views.causal),
        type(tensorEngineType(context, this->query.dtype)), loader(tiles, type, slots) {
    rowsTotal = this->query.shape[2];
    depth = this->query.shape[3];
    length = this->key.shape[2];
    width = this->value.shape[3];
    chooseInFlight(context);
  }

  void run() {
    loader.makeIdentity(shared);
    int64_t groups = key.shape[1], sharing = query.shape[1] / groups;
    int64_t rowBlocks = llvm::divideCeil(rowsTotal, kStationaryTile);
    int64_t heads = std::max<int64_t>(1, inFlight / rowBlocks);
    tiles.loop(query.shape[0], [&](Index batch) {
      if (rowBlocks <= inFlight && sharing == 1)
        return inBundles(groups, heads, [&](ArrayRef<Index> bundle) {
          std::vector<Block> blocks;
          for (const Index &head : bundle)
            addBlocks(blocks, batch, head, loadKeys(batch, head), 0);
          together(blocks);
        });
      tiles.loop(groups, [&](Index group) {
        Keys keys = loadKeys(batch, group);
        if (rowBlocks <= inFlight)
          return inBundles(sharing, heads, [&](ArrayRef<Index> bundle) {
            std::vector<Block> blocks;
            for (const Index &member : bundle)
              addBlocks(blocks, batch, group * sharing + member, keys, 0);
            together(blocks);
          });
        tiles.loop(sharing,
                   [&](Index member) { manyBlocks(batch, group * sharing + member, keys); });
      });
    });
  }

private:
  struct Keys {
    Resident keys, values;
  };

  /// As many blocks as a quarter of the room holds, scores being the most of them.
  void chooseInFlight(const Context &context) {
    int64_t block = length * (4 * (mask ? 2 : 1) + 2 * int64_t(byteSize(type))) + 4 * width;
    inFlight = std::clamp<int64_t>(context.budget.sbufBytes / (slots * block), 1, kMostInFlight);
  }

  /// Rows of one head's queries, and what is known of them.
  struct Block {
    Index batch, head, row;
    int64_t rows;
    Keys keys;
    Ref limit; ///< causal: the last column that each row sees
    Resident queries = {};
    Ref scores = {}, exponentials = {}, sum = {};
  };

  void inBundles(int64_t count, int64_t size, llvm::function_ref<void(ArrayRef<Index>)> body) {
    auto bundle = [&](const Index &first, int64_t n) {
      SmallVector<Index> indices;
      for (int64_t i = 0; i < n; ++i)
        indices.push_back(first + Index(i));
      body(indices);
    };
    tiles.tiles(count, size, bundle);
  }

  /// All rows of a head from `row` on.
  void addBlocks(std::vector<Block> &blocks, const Index &batch, const Index &head,
                 const Keys &keys, int64_t row) {
    for (; row < rowsTotal; row += kStationaryTile)
      blocks.push_back(
          {batch, head, row, std::min(kStationaryTile, rowsTotal - row), keys, limits(row)});
  }

  /// Step by step for all blocks: while one waits for an engine, the others keep it busy.
  void together(MutableArrayRef<Block> blocks) {
    for (Block &block : blocks)
      block.queries = loader.load(turned(query), at(query, block.batch, block.head), Index(0),
                                  depth, block.row, block.rows, slots);
    for (Block &block : blocks)
      score(block);
    for (Block &block : blocks)
      exponentiate(block);
    for (Block &block : blocks)
      sumValues(block);
  }

  void manyBlocks(const Index &batch, const Index &head, const Keys &keys) {
    int64_t bundles = rowsTotal / (inFlight * kStationaryTile);
    int64_t bundleRows = inFlight * kStationaryTile;
    SmallVector<Ref> limit;
    for (int64_t i = 0; i < inFlight; ++i)
      limit.push_back(limits(i * kStationaryTile));
    tiles.loop(bundles, [&](Index bundle) {
      std::vector<Block> blocks;
      for (int64_t i = 0; i < inFlight; ++i)
        blocks.push_back({batch, head, bundle * bundleRows + Index(i * kStationaryTile),
                          kStationaryTile, keys, limit[i]});
      together(blocks);
      if (causal)
        for (const Ref &at : limit)
          tiles.tensorScalar(at, at, isa::AluOp::Add, float(bundleRows));
    });
    std::vector<Block> blocks;
    addBlocks(blocks, batch, head, keys, bundles * bundleRows);
    together(blocks);
  }

  static Index at(const HbmView &view, const Index &batch, const Index &head) {
    return batch * view.strides[0] + head * view.strides[1];
  }
  static HbmView matrix(HbmView view) {
    view.shape.erase(view.shape.begin(), view.shape.begin() + 2);
    view.strides.erase(view.strides.begin(), view.strides.begin() + 2);
    return view;
  }
  static HbmView turned(const HbmView &view) {
    HbmView swapped = matrix(view);
    std::swap(swapped.shape[0], swapped.shape[1]);
    std::swap(swapped.strides[0], swapped.strides[1]);
    return swapped;
  }

  Keys loadKeys(const Index &batch, const Index &group) {
    return {
        loader.load(turned(key), at(key, batch, group), Index(0), depth, Index(0), length, slots),
        loader.load(matrix(value), at(value, batch, group), Index(0), length, Index(0), width,
                    slots)};
  }

  /// The columns 0 .. limit that rows from `row` on see; one value per partition.
  Ref limits(int64_t row) {
    if (!causal)
      return {};
    Ref limit = tiles.sbuf(kStationaryTile, 1, DType::F32);
    tiles.iota(limit, int32_t(length - rowsTotal + row), 1);
    return limit;
  }

  Ref column(unsigned partitions) { return tiles.sbuf(partitions, 1, DType::F32, slots); }

  void score(Block &block) {
    block.scores = tiles.sbuf(block.rows, length, DType::F32, slots);
    tiles.tiles(length, kMovingTile, [&](Index from, int64_t count) {
      Ref bank = tiles.psum(block.rows, count, DType::F32, slots);
      loader.multiply(bank, block.queries, block.keys.keys, depth, Index(0), from);
      tiles.tensorScalar(block.scores.withDims({{1, count}}).at(from), bank, isa::AluOp::Multiply,
                         scale);
    });
    addMask(block.scores, block.batch, block.head, block.row, block.rows, block.limit);
  }

  void sumValues(const Block &block) {
    Ref share = column(block.rows);
    tiles.reciprocal(share, block.sum);
    Resident turnedOver = turnProbabilities(block.exponentials, block.rows);
    Ref out = tiles.sbuf(block.rows, width, result.dtype, slots);
    tiles.tiles(width, kMovingTile, [&](Index from, int64_t count) {
      Ref bank = tiles.psum(block.rows, count, DType::F32, slots);
      loader.multiply(bank, turnedOver, block.keys.values, length, Index(0), from);
      tiles.tensorScalar(out.withDims({{1, count}}).at(from), bank, isa::AluOp::Multiply, share);
    });
    tiles.dma(tiles.hbm(result, at(result, block.batch, block.head) + block.row * result.strides[2],
                        {{result.strides[2], block.rows}, {result.strides[3], width}}),
              out, Traffic::Store);
  }

  void addMask(const Ref &scores, const Index &batch, const Index &head, const Index &row,
               int64_t rows, const Ref &limit) {
    if (mask) {
      int64_t columns = mask->strides[3] ? length : 1;
      Ref tile = tiles.sbuf(rows, columns, mask->dtype, slots);
      tiles.dma(tile,
                tiles.hbm(*mask, at(*mask, batch, head) + row * mask->strides[2],
                          {{mask->strides[2], rows}, {mask->strides[3], columns}}),
                Traffic::Load);
      tiles.tensorTensor(scores, scores, columns == length ? tile : tile.withDims({{0, length}}),
                         isa::AluOp::Add);
    }
    if (causal) {
      Ref offset = limit.inPartitions(0, rows);
      tiles.affineSelect(scores, scores, isa::AluOp::IsGreaterEqual, kHidden, /*channel=*/0,
                         /*step=*/-1, &offset);
    }
  }

  /// exp(score - largest) in the TensorE's type, and their sum.
  void exponentiate(Block &block) {
    Ref negativeMax = column(block.rows);
    block.sum = column(block.rows);
    block.exponentials = tiles.sbuf(block.rows, length, type, slots);
    tiles.reduce(negativeMax, block.scores, isa::AluOp::Max, 1, /*negate=*/true);
    // The largest of a row of -inf: NaN from its difference would spread to all rows when the
    // probabilities are turned over.
    if (mask || length < rowsTotal)
      tiles.tensorScalar(negativeMax, negativeMax, isa::AluOp::Min,
                         std::numeric_limits<float>::max());
    tiles.activate(block.exponentials, block.scores, isa::Activation::Exp, 1.0f, negativeMax,
                   isa::ReduceCmd::ResetReduce);
    tiles.readReduce(block.sum);
  }

  /// [rows, t] as [128 of t, steps, rows].
  Resident turnProbabilities(const Ref &probabilities, int64_t rows) {
    int64_t full = length / kContractTile, rest = length % kContractTile;
    Resident chunk{
        tiles.sbuf(std::min(length, kContractTile), (full + (rest != 0)) * rows, type, slots),
        rows};
    tiles.loop(full, [&](Index step) {
      loader.transpose(chunk.at(step, kContractTile, Index(0), rows),
                       probabilities.withDims({{1, kContractTile}}).at(step * kContractTile));
    });
    if (rest)
      loader.transpose(chunk.at(Index(full), rest, Index(0), rows),
                       probabilities.withDims({{1, rest}}).at(full * kContractTile));
    return chunk;
  }

  TileBuilder &tiles;
  SharedTiles &shared;
  int64_t slots;
  HbmView query, key, value;
  std::optional<HbmView> mask;
  HbmView result;
  float scale;
  bool causal;
  DType type;
  OperandLoader loader;
  int64_t inFlight = 1;
  int64_t rowsTotal = 0, depth = 0, length = 0, width = 0;
};

} // namespace

LogicalResult templates::lowerAttention(Operation *op, Context &context) {
  auto attention = cast<nn::AttentionOp>(op);
  FailureOr<HbmView> query = context.homes.of(attention.getQuery());
  FailureOr<HbmView> key = context.homes.of(attention.getKey());
  FailureOr<HbmView> value = context.homes.of(attention.getValue());
  FailureOr<HbmView> result = context.homes.forStridedResult(attention.getResult());
  if (failed(query) || failed(key) || failed(value) || failed(result))
    return failure();
  std::optional<HbmView> mask;
  if (attention.getMask()) {
    FailureOr<HbmView> view = context.homes.of(attention.getMask());
    if (failed(view))
      return failure();
    SmallVector<int64_t> shape = {query->shape[0], query->shape[1], query->shape[2], key->shape[2]};
    mask = repeated(*view, shape);
  }
  if (llvm::is_contained(result->shape, 0))
    return success();
  AttentionViews views{*query,
                       *key,
                       *value,
                       mask,
                       *result,
                       float(attention.getScale().convertToDouble()),
                       attention.getCausal()};
  if (keysStay(context, views))
    AttentionEmitter(context, views).run();
  else
    lowerLongAttention(context, views);
  return success();
}
