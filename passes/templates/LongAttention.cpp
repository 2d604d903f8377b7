// Blocks of keys against running statistics; see LongAttention.h.
//
// For a block of rows: largest = lowest finite number, sum = 0, out = 0. For every block of keys:
//   grown = max(largest, max(scores)); fade = exp(largest - grown); p = exp(scores - grown)
//   sum = sum * fade + sum(p); out = out * fade + p * values; largest = grown
// and at the end out / sum. What a causal row does not see scores -inf, whose exponential is 0
// beside any finite largest. A mask may hide all keys with the lowest finite number: they then
// share the row evenly, as in a softmax.
#include "passes/templates/LongAttention.h"

#include "passes/templates/OperandLoader.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

constexpr float kLowest = std::numeric_limits<float>::lowest();
constexpr int64_t kLeastTile = 16;

/// Sizes of the blocks that pass.
struct Blocks {
  int64_t rows, keys, width;
};

class LongAttentionEmitter {
public:
  LongAttentionEmitter(Context &context, const AttentionViews &views)
      : tiles(context.tiles), shared(context.shared), budget(context.budget), views(views),
        type(tensorEngineType(context, views.query.dtype)), loader(tiles, type, budget.slots) {
    rowsTotal = views.query.shape[2];
    depth = views.query.shape[3];
    length = views.key.shape[2];
    chooseBlocks();
  }

  void run() {
    loader.makeIdentity(shared);
    int64_t groups = views.key.shape[1], sharing = views.query.shape[1] / groups;
    tiles.loop(views.query.shape[0], [&](Index batch) {
      tiles.loop(groups, [&](Index group) {
        tiles.loop(sharing, [&](Index member) {
          tiles.tiles(views.value.shape[3], blocks.width, [&](Index column, int64_t width) {
            eachRowBlock({batch, group, group * sharing + member, column, width});
          });
        });
      });
    });
  }

private:
  /// One head, and the columns of its values that are summed.
  struct Head {
    Index batch, group, head, column;
    int64_t width;
  };
  /// What a block of rows carries from one block of keys to the next.
  struct Running {
    Ref largest, sum, out, limit;
    Resident queries;
    Index row;
    int64_t rows;
  };

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

  void chooseBlocks() {
    blocks = {std::min(rowsTotal, kStationaryTile), std::min(length, kMovingTile),
              std::min(views.value.shape[3], kMovingTile)};
    int64_t steps = llvm::divideCeil(depth, kContractTile), element = byteSize(type);
    auto bytes = [&] {
      int64_t keySteps = llvm::divideCeil(blocks.keys, kContractTile);
      int64_t operands = steps * (blocks.rows + blocks.keys) + 2 * depth +
                         keySteps * (blocks.width + blocks.rows) + blocks.keys;
      return operands * element + 4 * (2 * blocks.keys + 3 * blocks.width);
    };
    auto halve = [&](int64_t &size, int64_t least) {
      while (size > least && bytes() > 2 * budget.sbufBytes)
        size = llvm::divideCeil(size, 2);
    };
    halve(blocks.keys, kContractTile);
    halve(blocks.width, kContractTile);
    halve(blocks.rows, kLeastTile);
    halve(blocks.keys, kLeastTile);
    halve(blocks.width, kLeastTile);
  }

  Ref column(int64_t rows) { return tiles.sbuf(rows, 1, DType::F32); }

  void eachRowBlock(const Head &head) {
    Ref limit;
    if (views.causal) {
      limit = column(blocks.rows);
      tiles.iota(limit, int32_t(length - rowsTotal), 1);
    }
    tiles.tiles(rowsTotal, blocks.rows, [&](Index row, int64_t rows) {
      rowBlock(head, row, rows, limit);
      if (views.causal)
        tiles.tensorScalar(limit, limit, isa::AluOp::Add, float(blocks.rows));
    });
  }

  void rowBlock(const Head &head, const Index &row, int64_t rows, const Ref &limit) {
    Running state{column(rows),
                  column(rows),
                  tiles.sbuf(rows, head.width, DType::F32),
                  {},
                  loader.load(turned(views.query), at(views.query, head.batch, head.head), Index(0),
                              depth, row, rows, budget.slots),
                  row,
                  rows};
    tiles.memset(state.largest, kLowest);
    tiles.memset(state.sum, 0.0f);
    tiles.memset(state.out, 0.0f);
    if (views.causal) {
      state.limit = column(rows);
      tiles.copy(state.limit, limit.inPartitions(0, rows));
    }
    tiles.tiles(length, blocks.keys, [&](Index from, int64_t count) {
      keyBlock(head, state, from, count);
      if (views.causal)
        tiles.tensorScalar(state.limit, state.limit, isa::AluOp::Subtract, float(count));
    });
    Ref share = column(rows);
    tiles.reciprocal(share, state.sum);
    Ref out = tiles.sbuf(rows, head.width, views.result.dtype, budget.slots);
    tiles.tensorScalar(out, state.out, isa::AluOp::Multiply, share);
    const HbmView &result = views.result;
    tiles.dma(tiles.hbm(result,
                        at(result, head.batch, head.head) + row * result.strides[2] +
                            head.column * result.strides[3],
                        {{result.strides[2], rows}, {result.strides[3], head.width}}),
              out, Traffic::Store);
  }

  void keyBlock(const Head &head, const Running &state, const Index &from, int64_t count) {
    Resident keys = loader.load(turned(views.key), at(views.key, head.batch, head.group), Index(0),
                                depth, from, count, budget.slots);
    Ref scores = tiles.sbuf(state.rows, count, DType::F32, budget.slots);
    Ref bank = tiles.psum(state.rows, count, DType::F32, budget.slots);
    loader.multiply(bank, state.queries, keys, depth, Index(0), Index(0));
    tiles.tensorScalar(scores, bank, isa::AluOp::Multiply, views.scale);
    addMask(head, state, scores, from, count);
    Ref fade = column(state.rows), sum = column(state.rows);
    Ref probabilities = exponentials(state, scores, fade, sum);
    tiles.tensorScalar(state.sum, state.sum, isa::AluOp::Multiply, fade, false, isa::AluOp::Add,
                       sum);
    Resident weights = turnOver(probabilities, state.rows, count);
    Resident values = loader.load(matrix(views.value), at(views.value, head.batch, head.group),
                                  from, count, head.column, head.width, budget.slots);
    Ref product = tiles.psum(state.rows, head.width, DType::F32, budget.slots);
    loader.multiply(product, weights, values, count, Index(0), Index(0));
    tiles.tensorScalar(state.out, state.out, isa::AluOp::Multiply, fade);
    tiles.tensorTensor(state.out, state.out, product, isa::AluOp::Add);
  }

  void addMask(const Head &head, const Running &state, const Ref &scores, const Index &from,
               int64_t count) {
    if (views.mask) {
      const HbmView &mask = *views.mask;
      int64_t columns = mask.strides[3] ? count : 1;
      Ref tile = tiles.sbuf(state.rows, columns, mask.dtype, budget.slots);
      tiles.dma(tile,
                tiles.hbm(mask,
                          at(mask, head.batch, head.head) + state.row * mask.strides[2] +
                              from * mask.strides[3],
                          {{mask.strides[2], state.rows}, {mask.strides[3], columns}}),
                Traffic::Load);
      tiles.tensorTensor(scores, scores, columns == count ? tile : tile.withDims({{0, count}}),
                         isa::AluOp::Add);
    }
    if (views.causal)
      tiles.affineSelect(scores, scores, isa::AluOp::IsGreaterEqual, kHidden, /*channel=*/0,
                         /*step=*/-1, &state.limit);
  }

  /// exp(score - largest so far); the running maximum moves on.
  Ref exponentials(const Running &state, const Ref &scores, const Ref &fade, const Ref &sum) {
    Ref grown = column(state.rows), negative = column(state.rows);
    Ref result = tiles.sbuf(state.rows, scores.columns(), type, budget.slots);
    tiles.reduce(grown, scores, isa::AluOp::Max, 1);
    tiles.tensorTensor(grown, grown, state.largest, isa::AluOp::Max);
    tiles.tensorScalar(negative, grown, isa::AluOp::Multiply, -1.0f);
    tiles.activate(fade, state.largest, isa::Activation::Exp, 1.0f, negative);
    tiles.copy(state.largest, grown);
    tiles.activate(result, scores, isa::Activation::Exp, 1.0f, negative,
                   isa::ReduceCmd::ResetReduce);
    tiles.readReduce(sum);
    return result;
  }

  /// [rows, keys] as [128 of the keys, steps, rows].
  Resident turnOver(const Ref &block, int64_t rows, int64_t count) {
    int64_t full = count / kContractTile, rest = count % kContractTile;
    Resident chunk{
        tiles.sbuf(std::min(count, kContractTile), (full + (rest != 0)) * rows, type, budget.slots),
        rows};
    tiles.loop(full, [&](Index step) {
      loader.transpose(chunk.at(step, kContractTile, Index(0), rows),
                       block.withDims({{1, kContractTile}}).at(step * kContractTile));
    });
    if (rest)
      loader.transpose(chunk.at(Index(full), rest, Index(0), rows),
                       block.withDims({{1, rest}}).at(full * kContractTile));
    return chunk;
  }

  TileBuilder &tiles;
  SharedTiles &shared;
  Budget budget;
  const AttentionViews &views;
  DType type;
  OperandLoader loader;
  Blocks blocks{};
  int64_t rowsTotal = 0, depth = 0, length = 0;
};

} // namespace

bool templates::keysStay(const Context &context, const AttentionViews &views) {
  int64_t length = views.key.shape[2], depth = views.query.shape[3], width = views.value.shape[3];
  int64_t element = byteSize(tensorEngineType(context, views.query.dtype));
  int64_t rows = std::min(views.query.shape[2], kStationaryTile);
  int64_t steps = llvm::divideCeil(depth, kContractTile);
  int64_t keySteps = llvm::divideCeil(length, kContractTile);
  int64_t operands = steps * (length + rows) + depth + keySteps * (width + rows) + length;
  int64_t bytes = operands * element + 4 * (length * (views.mask ? 2 : 1) + width);
  constexpr int64_t kIdentity = 4 * 2 * kContractTile + 512;
  return bytes + kIdentity <= 4 * context.budget.sbufBytes;
}

void templates::lowerLongAttention(Context &context, const AttentionViews &views) {
  LongAttentionEmitter(context, views).run();
}
