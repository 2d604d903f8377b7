// The attention template: scores, softmax and the weighted sum of values stay on chip.
//
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

class AttentionEmitter {
public:
  AttentionEmitter(Context &context, const AttentionViews &views)
      : tiles(context.tiles), slots(context.budget.slots), query(views.query), key(views.key),
        value(views.value), mask(views.mask), result(views.result), scale(views.scale),
        causal(views.causal), type(tensorEngineType(context, this->query.dtype)),
        loader(tiles, type, slots) {
    rowsTotal = this->query.shape[2];
    depth = this->query.shape[3];
    length = this->key.shape[2];
    width = this->value.shape[3];
  }

  void run() {
    loader.makeIdentity();
    int64_t groups = key.shape[1], sharing = query.shape[1] / groups;
    tiles.loop(query.shape[0], [&](Index batch) {
      tiles.loop(groups, [&](Index group) {
        Resident keys = loader.load(turned(key), at(key, batch, group), Index(0), depth, Index(0),
                                    length, slots);
        Resident values = loader.load(matrix(value), at(value, batch, group), Index(0), length,
                                      Index(0), width, slots);
        tiles.loop(sharing, [&](Index member) {
          Index head = group * sharing + member;
          // The first row of a block sees columns 0 .. limit; one value per partition.
          Ref limit;
          if (causal)
            limit = firstLimits();
          tiles.tiles(rowsTotal, kStationaryTile, [&](Index row, int64_t rows) {
            queryBlock(batch, head, row, rows, keys, values, limit);
            if (causal)
              tiles.tensorScalar(limit, limit, isa::AluOp::Add, float(kStationaryTile));
          });
        });
      });
    });
  }

private:
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

  Ref firstLimits() {
    Ref limit = tiles.sbuf(kStationaryTile, 1, DType::F32);
    tiles.iota(limit, int32_t(length - rowsTotal), 1);
    return limit;
  }

  Ref column(unsigned partitions) { return tiles.sbuf(partitions, 1, DType::F32, slots); }

  void queryBlock(const Index &batch, const Index &head, const Index &row, int64_t rows,
                  const Resident &keys, const Resident &values, const Ref &limit) {
    Resident queries =
        loader.load(turned(query), at(query, batch, head), Index(0), depth, row, rows, slots);
    Ref scores = tiles.sbuf(rows, length, DType::F32, slots);
    tiles.tiles(length, kMovingTile, [&](Index from, int64_t count) {
      Ref bank = tiles.psum(rows, count, DType::F32, slots);
      loader.multiply(bank, queries, keys, depth, Index(0), from);
      tiles.tensorScalar(scores.withDims({{1, count}}).at(from), bank, isa::AluOp::Multiply, scale);
    });
    addMask(scores, batch, head, row, rows, limit);
    Ref sum = column(rows);
    Ref probabilities = exponentials(scores, rows, sum);
    Resident turnedOver = turnProbabilities(probabilities, rows);
    Ref out = tiles.sbuf(rows, width, result.dtype, slots);
    tiles.tiles(width, kMovingTile, [&](Index from, int64_t count) {
      Ref bank = tiles.psum(rows, count, DType::F32, slots);
      loader.multiply(bank, turnedOver, values, length, Index(0), from);
      tiles.tensorScalar(out.withDims({{1, count}}).at(from), bank, isa::AluOp::Multiply, sum);
    });
    tiles.dma(tiles.hbm(result, at(result, batch, head) + row * result.strides[2],
                        {{result.strides[2], rows}, {result.strides[3], width}}),
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

  /// exp(score - largest) in the TensorE's type; `share` becomes 1 / their sum.
  Ref exponentials(const Ref &scores, int64_t rows, const Ref &share) {
    Ref negativeMax = column(rows), sum = column(rows);
    Ref grown = tiles.sbuf(rows, length, type, slots);
    tiles.reduce(negativeMax, scores, isa::AluOp::Max, 1, /*negate=*/true);
    // The largest of a row of -inf: NaN from its difference would spread to all rows when the
    // probabilities are turned over.
    if (mask || length < rowsTotal)
      tiles.tensorScalar(negativeMax, negativeMax, isa::AluOp::Min,
                         std::numeric_limits<float>::max());
    tiles.activate(grown, scores, isa::Activation::Exp, 1.0f, negativeMax,
                   isa::ReduceCmd::ResetReduce);
    tiles.readReduce(sum);
    tiles.reciprocal(share, sum);
    return grown;
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
  int64_t slots;
  HbmView query, key, value;
  std::optional<HbmView> mask;
  HbmView result;
  float scale;
  bool causal;
  DType type;
  OperandLoader loader;
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
