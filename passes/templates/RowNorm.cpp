// Normalisations along rows: softmax, log_softmax, layer_norm, rms_norm.
//
// Rows go to the partitions, 128 at a time, each whole in the free dim; statistics are one
// value per partition, so that every later step takes them as a column. exp and its sum are one
// pass of the ScalarE; mean and variance come from bn_stats in pieces of 512. Rows that a
// partition does not hold are lowered in passes; see LongRows.h.
#include "passes/templates/LongRows.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <optional>

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

constexpr int64_t kStatsColumns = 512;

/// Non-normalised dims of input and output, merged where both walk alike.
struct RowDim {
  int64_t size, input, output;
};

/// The rows of an op: dims that enumerate them, and the one dim along a row.
struct Rows {
  HbmView input, output;
  SmallVector<RowDim> dims;
  int64_t length = 1, inputStep = 1, outputStep = 1;
};

/// Rows along dims [axis, end); none when those are not one walk in both views.
std::optional<Rows> rowsOf(const HbmView &input, const HbmView &output, int64_t axis, int64_t end) {
  Rows rows{input, output, {}, 1, 1, 1};
  auto append = [](SmallVector<RowDim> &dims, RowDim dim) {
    if (dim.size == 1)
      return;
    if (!dims.empty() && dims.back().input == dim.input * dim.size &&
        dims.back().output == dim.output * dim.size)
      dims.back() = {dims.back().size * dim.size, dim.input, dim.output};
    else
      dims.push_back(dim);
  };
  SmallVector<RowDim> along;
  for (int64_t d = 0; d < int64_t(input.shape.size()); ++d)
    append(d >= axis && d < end ? along : rows.dims,
           {input.shape[d], input.strides[d], output.strides[d]});
  if (along.size() > 1)
    return std::nullopt;
  if (along.size() == 1) {
    rows.length = along[0].size;
    rows.inputStep = along[0].input;
    rows.outputStep = along[0].output;
  }
  return rows;
}

using RowBody = llvm::function_ref<void(const Ref &in, const Ref &out)>;

/// Loads, transforms and stores every block of up to 128 rows.
void eachRowBlock(Context &context, const Rows &rows, RowBody body) {
  TileBuilder &tiles = context.tiles;
  std::function<void(size_t, Index, Index)> walk = [&](size_t d, Index from, Index to) {
    if (d + 1 < rows.dims.size())
      return tiles.loop(rows.dims[d].size, [&](Index i) {
        walk(d + 1, from + i * rows.dims[d].input, to + i * rows.dims[d].output);
      });
    RowDim last = rows.dims.empty() ? RowDim{1, 0, 0} : rows.dims.back();
    tiles.tiles(last.size, isa::kNumPartitions, [&](Index start, int64_t lanes) {
      Ref in = tiles.sbuf(lanes, rows.length, rows.input.dtype, context.budget.slots);
      tiles.dma(in,
                tiles.hbm(rows.input, from + start * last.input,
                          {{last.input, lanes}, {rows.inputStep, rows.length}}),
                Traffic::Load);
      Ref out = tiles.sbuf(lanes, rows.length, rows.output.dtype, context.budget.slots);
      body(in, out);
      tiles.dma(tiles.hbm(rows.output, to + start * last.output,
                          {{last.output, lanes}, {rows.outputStep, rows.length}}),
                out, Traffic::Store);
    });
  };
  walk(0, Index(0), Index(0));
}

Ref column(Context &context, const Ref &like) {
  return context.tiles.sbuf(like.partitions, 1, DType::F32, context.budget.slots);
}

Ref work(Context &context, const Ref &like) {
  return context.tiles.sbuf(like.partitions, like.columns(), DType::F32, context.budget.slots);
}

void softmaxRows(Context &context, const Ref &in, const Ref &out, bool logarithm) {
  TileBuilder &tiles = context.tiles;
  Ref negativeMax = column(context, in), sum = column(context, in), grown = work(context, in);
  tiles.reduce(negativeMax, in, isa::AluOp::Max, 1, /*negate=*/true);
  tiles.activate(grown, in, isa::Activation::Exp, 1.0f, negativeMax, isa::ReduceCmd::ResetReduce);
  tiles.readReduce(sum);
  if (logarithm) {
    Ref log = column(context, in);
    tiles.activate(log, sum, isa::Activation::Log);
    return tiles.tensorScalar(out, in, isa::AluOp::Add, negativeMax, false, isa::AluOp::Subtract,
                              log);
  }
  Ref share = column(context, in);
  tiles.reciprocal(share, sum);
  tiles.tensorScalar(out, grown, isa::AluOp::Multiply, share);
}

/// [mean, variance] of every row.
Ref statistics(Context &context, const Ref &in) {
  TileBuilder &tiles = context.tiles;
  int64_t pieces = llvm::divideCeil(in.columns(), kStatsColumns);
  Ref stats = tiles.sbuf(in.partitions, 6 * pieces, DType::F32, context.budget.slots);
  for (int64_t piece = 0; piece < pieces; ++piece) {
    int64_t first = piece * kStatsColumns;
    int64_t count = std::min(kStatsColumns, in.columns() - first);
    Ref source = in.withDims({{1, count}}).at(first);
    tiles.emit(isa::BnStats::make(),
               {&static_cast<const Ref &>(stats.withDims({{1, 6}}).at(6 * piece)), &source});
  }
  Ref moments = tiles.sbuf(in.partitions, 2, DType::F32, context.budget.slots);
  tiles.emit(isa::BnAggregate::make(), {&moments, &stats});
  return moments;
}

/// A row of parameters on every partition.
Ref spreadRow(Context &context, const HbmView &row, int64_t lanes) {
  TileBuilder &tiles = context.tiles;
  Ref spread = tiles.sbuf(lanes, row.elements(), row.dtype);
  tiles.dma(spread, tiles.hbm(row, Index(0), {{0, lanes}, {1, row.elements()}}), Traffic::Load);
  return spread;
}

FailureOr<HbmView> parameterRow(Context &context, Value value) {
  FailureOr<HbmView> view = context.homes.of(value);
  if (failed(view) || view->isRowMajor())
    return view;
  HbmView dense = context.homes.scratch(view->dtype, view->shape);
  move(context.tiles, dense, *view);
  return dense;
}

/// Views of input and result with rows along [axis, end) that fit in SBUF.
FailureOr<Rows> prepare(Operation *op, Context &context, int64_t axis, int64_t end) {
  FailureOr<HbmView> input = context.homes.of(op->getOperand(0));
  FailureOr<HbmView> result = end - axis == 1 ? context.homes.forStridedResult(op->getResult(0))
                                              : context.homes.forResult(op->getResult(0));
  if (failed(input) || failed(result))
    return failure();
  std::optional<Rows> rows = rowsOf(*input, *result, axis, end);
  if (!rows) {
    context.fellBack(op, "copies an operand whose rows are not one walk");
    HbmView dense = context.homes.scratch(input->dtype, input->shape);
    move(context.tiles, dense, *input);
    rows = rowsOf(dense, *result, axis, end);
  }
  if (!rows)
    return op->emitOpError("writes rows that are not one walk in device memory");
  return *rows;
}

/// Whether rows of `length` and what is made of them, `buffers` tiles of f32, fit side by side
/// with one slot each. The budget of the first attempt is a quarter of a partition.
bool fitsWhole(const Context &context, int64_t length, int64_t buffers) {
  constexpr int64_t kColumns = 1024; // statistics and parameters of one value a row
  return length * 4 * buffers + kColumns <= 4 * context.budget.sbufBytes;
}

/// Dims of the op with those in [axis, end) last.
FailureOr<LongRows> longRows(Operation *op, Context &context, int64_t axis, int64_t end) {
  FailureOr<HbmView> input = context.homes.of(op->getOperand(0));
  FailureOr<HbmView> result = context.homes.forResult(op->getResult(0));
  if (failed(input) || failed(result))
    return failure();
  LongRows rows{*input, *result, 0};
  for (HbmView *view : {&rows.input, &rows.output}) {
    std::rotate(view->shape.begin() + axis, view->shape.begin() + end, view->shape.end());
    std::rotate(view->strides.begin() + axis, view->strides.begin() + end, view->strides.end());
  }
  rows.across = rows.input.shape.size() - (end - axis);
  return rows;
}

/// Elements of the dims in [axis, end) of the op's operand.
int64_t rowLength(Operation *op, int64_t axis, int64_t end) {
  int64_t length = 1;
  for (int64_t size :
       cast<RankedTensorType>(op->getOperand(0).getType()).getShape().slice(axis, end - axis))
    length *= size;
  return length;
}

/// A parameter of the trailing dims, seen over all dims of the rows.
FailureOr<HbmView> spreadOver(Context &context, Value parameter, const LongRows &rows) {
  FailureOr<HbmView> view = context.homes.of(parameter);
  if (failed(view))
    return failure();
  view->shape = rows.input.shape;
  view->strides.insert(view->strides.begin(), rows.across, 0);
  return view;
}

LogicalResult lowerLongRowNorm(Operation *op, Context &context, int64_t axis, Value scale,
                               Value bias, RowParameters parameters) {
  int64_t rank = cast<RankedTensorType>(op->getOperand(0).getType()).getRank();
  FailureOr<LongRows> rows = longRows(op, context, axis, rank);
  if (failed(rows))
    return failure();
  FailureOr<HbmView> gain = spreadOver(context, scale, *rows);
  if (failed(gain))
    return failure();
  parameters.scale = *gain;
  if (bias) {
    FailureOr<HbmView> shift = spreadOver(context, bias, *rows);
    if (failed(shift))
      return failure();
    parameters.bias = *shift;
  }
  lowerLongNorm(context, *rows, parameters);
  return success();
}

LogicalResult lowerSoftmaxAlong(Operation *op, Context &context, int64_t axis, bool logarithm) {
  if (!fitsWhole(context, rowLength(op, axis, axis + 1), 3)) {
    FailureOr<LongRows> rows = longRows(op, context, axis, axis + 1);
    if (failed(rows))
      return failure();
    if (rows->output.elements())
      lowerLongSoftmax(context, *rows, logarithm);
    return success();
  }
  FailureOr<Rows> rows = prepare(op, context, axis, axis + 1);
  if (failed(rows))
    return failure();
  if (rows->output.elements())
    eachRowBlock(context, *rows,
                 [&](const Ref &in, const Ref &out) { softmaxRows(context, in, out, logarithm); });
  return success();
}

} // namespace

LogicalResult templates::lowerSoftmax(Operation *op, Context &context) {
  return lowerSoftmaxAlong(op, context, op->getAttrOfType<IntegerAttr>("axis").getInt(),
                           mlir::isa<nn::LogSoftmaxOp>(op));
}

LogicalResult templates::lowerLayerNorm(Operation *op, Context &context) {
  auto norm = cast<nn::LayerNormOp>(op);
  auto type = cast<RankedTensorType>(norm.getInput().getType());
  float epsilon = norm.getEpsilon().convertToDouble();
  if (!fitsWhole(context, rowLength(op, norm.getAxis(), type.getRank()), norm.getBias() ? 6 : 4))
    return lowerLongRowNorm(op, context, norm.getAxis(), norm.getScale(), norm.getBias(),
                            {{}, {}, epsilon, /*centred=*/true});
  FailureOr<HbmView> scale = parameterRow(context, norm.getScale());
  FailureOr<Rows> rows = prepare(op, context, norm.getAxis(), type.getRank());
  if (failed(scale) || failed(rows))
    return failure();
  std::optional<Ref> bias;
  Ref gain = spreadRow(context, *scale, isa::kNumPartitions);
  if (norm.getBias()) {
    FailureOr<HbmView> shift = parameterRow(context, norm.getBias());
    if (failed(shift))
      return failure();
    bias = spreadRow(context, *shift, isa::kNumPartitions);
  }
  TileBuilder &tiles = context.tiles;
  eachRowBlock(context, *rows, [&](const Ref &in, const Ref &out) {
    Ref moments = statistics(context, in);
    Ref mean = moments.withDims({{1, 1}}), variance = mean.at(1);
    Ref deviation = column(context, in), centred = work(context, in);
    tiles.tensorScalar(deviation, variance, isa::AluOp::Add, epsilon);
    tiles.activate(deviation, deviation, isa::Activation::Rsqrt);
    tiles.tensorScalar(centred, in, isa::AluOp::Subtract, mean, false, isa::AluOp::Multiply,
                       deviation);
    Ref scaled = bias ? work(context, in) : out;
    tiles.tensorTensor(scaled, centred, gain.inPartitions(0, in.partitions), isa::AluOp::Multiply);
    if (bias)
      tiles.tensorTensor(out, scaled, bias->inPartitions(0, in.partitions), isa::AluOp::Add);
  });
  return success();
}

LogicalResult templates::lowerRmsNorm(Operation *op, Context &context) {
  auto norm = cast<nn::RmsNormOp>(op);
  auto type = cast<RankedTensorType>(norm.getInput().getType());
  float epsilon = norm.getEpsilon().convertToDouble();
  if (!fitsWhole(context, rowLength(op, norm.getAxis(), type.getRank()), 5))
    return lowerLongRowNorm(op, context, norm.getAxis(), norm.getScale(), Value(),
                            {{}, {}, epsilon, /*centred=*/false});
  FailureOr<HbmView> scale = parameterRow(context, norm.getScale());
  FailureOr<Rows> rows = prepare(op, context, norm.getAxis(), type.getRank());
  if (failed(scale) || failed(rows))
    return failure();
  Ref gain = spreadRow(context, *scale, isa::kNumPartitions);
  TileBuilder &tiles = context.tiles;
  eachRowBlock(context, *rows, [&](const Ref &in, const Ref &out) {
    Ref squares = work(context, in), sum = column(context, in), scaled = work(context, in);
    tiles.activate(squares, in, isa::Activation::Square, 1.0f, 0.0f, isa::ReduceCmd::ResetReduce);
    tiles.readReduce(sum);
    tiles.tensorScalar(sum, sum, isa::AluOp::Multiply, 1.0f / float(in.columns()), false,
                       isa::AluOp::Add, epsilon);
    tiles.activate(sum, sum, isa::Activation::Rsqrt);
    tiles.tensorScalar(scaled, in, isa::AluOp::Multiply, sum);
    tiles.tensorTensor(out, scaled, gain.inPartitions(0, in.partitions), isa::AluOp::Multiply);
  });
  return success();
}
