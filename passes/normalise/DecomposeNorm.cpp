// Normalisations and composite reductions as reductions and elementwise ops.
//
// 16-bit floats are widened to f32 for the whole of it and rounded once at the end: sums of
// squares and exponentials need the bits.
#include "passes/normalise/Decompose.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace neuron::passes {

Value emitSoftmax(Value x, int64_t axis, OpEmitter &emit) {
  Value largest = emit.reduce<nn::ReduceMaxOp>(x, axis);
  Value exps = emit.make<nn::ExpOp>(emit.subtract(x, largest));
  return emit.divide(exps, emit.reduce<nn::ReduceSumOp>(exps, axis));
}

namespace {

/// Whether sums over elements of `type` are formed in a wider type.
bool isNarrow(Type type) { return type.isF16() || type.isBF16(); }

Value widen(Value x, OpEmitter &emit) {
  return isNarrow(elementOf(x)) ? emit.cast(x, emit.builder.getF32Type()) : x;
}

Value logSoftmax(Value x, int64_t axis, OpEmitter &emit) {
  Value shifted = emit.subtract(x, emit.reduce<nn::ReduceMaxOp>(x, axis));
  Value sum = emit.reduce<nn::ReduceSumOp>(emit.make<nn::ExpOp>(shifted), axis);
  return emit.subtract(shifted, emit.make<nn::LogOp>(sum));
}

/// x * 1 / sqrt(mean of squares + epsilon) over `axes`, after subtracting the mean if `centred`.
Value normalise(Value x, ArrayRef<int64_t> axes, double epsilon, bool centred, OpEmitter &emit) {
  if (centred)
    x = emit.subtract(x, emit.reduce<nn::ReduceMeanOp>(x, axes));
  Value variance = emit.reduce<nn::ReduceMeanOp>(emit.make<nn::SquareOp>(x), axes);
  Value inverse = emit.make<nn::RsqrtOp>(emit.add(variance, emit.number(epsilon, variance)));
  return emit.multiply(x, inverse);
}

/// A parameter of the trailing dims of `x`, brought to its rank.
Value trailing(Value parameter, Value x, OpEmitter &emit) {
  Dims shape(typeOf(x).getRank() - typeOf(parameter).getRank(), 1);
  llvm::append_range(shape, shapeOf(parameter));
  return emit.reshape(widen(parameter, emit), shape);
}

Value rowNorm(Value x, Value scale, Value bias, int64_t axis, double epsilon, bool centred,
              OpEmitter &emit) {
  Dims axes = llvm::to_vector<6>(llvm::seq<int64_t>(axis, typeOf(x).getRank()));
  Value y = normalise(x, axes, epsilon, centred, emit);
  y = emit.multiply(y, trailing(scale, x, emit));
  return bias ? emit.add(y, trailing(bias, x, emit)) : y;
}

/// Two vectors of the statistics first, so that constant folding leaves x * a + b.
Value batchNorm(nn::BatchNormOp op, Value x, OpEmitter &emit) {
  Value variance = widen(op.getVariance(), emit), mean = widen(op.getMean(), emit);
  Value epsilon = emit.number(op.getEpsilon().convertToDouble(), variance);
  Value factor = emit.multiply(emit.make<nn::RsqrtOp>(emit.add(variance, epsilon)),
                               widen(op.getScale(), emit));
  Value shift = emit.subtract(widen(op.getBias(), emit), emit.multiply(mean, factor));
  int64_t rank = typeOf(x).getRank();
  return emit.add(emit.multiply(x, emit.along(factor, 1, rank)), emit.along(shift, 1, rank));
}

Value groupNorm(nn::GroupNormOp op, Value x, OpEmitter &emit) {
  Dims shape(shapeOf(x));
  int64_t width = shape[1] / op.getGroups();
  for (int64_t dim : ArrayRef<int64_t>(shape).drop_front(2))
    width *= dim;
  Value rows = emit.reshape(x, {shape[0], op.getGroups(), width});
  Value y = emit.reshape(normalise(rows, 2, op.getEpsilon().convertToDouble(), true, emit), shape);
  int64_t rank = shape.size();
  y = emit.multiply(y, emit.along(widen(op.getScale(), emit), 1, rank));
  return emit.add(y, emit.along(widen(op.getBias(), emit), 1, rank));
}

/// The window over channels is an average pool of [n, 1, c, rest]; its padding counts, so that
/// the mean is the sum over `size`.
Value lrn(nn::LrnOp op, Value x, OpEmitter &emit) {
  Dims shape(shapeOf(x));
  int64_t rest = 1, low = (op.getSize() - 1) / 2;
  for (int64_t dim : ArrayRef<int64_t>(shape).drop_front(2))
    rest *= dim;
  Value squares = emit.reshape(emit.make<nn::SquareOp>(x), {shape[0], 1, shape[1], rest});
  Value means = emit.make<nn::AvgPoolOp>(
      squares, {emit.named("kernel", {op.getSize(), 1}),
                emit.named("pads_low", {low, 0}),
                emit.named("pads_high", {op.getSize() - 1 - low, 0}),
                {emit.name("count_include_pad"), emit.builder.getBoolAttr(true)}});
  means = emit.reshape(means, shape);
  Value base = emit.add(emit.multiply(means, emit.number(op.getAlpha().convertToDouble(), x)),
                        emit.number(op.getBias().convertToDouble(), x));
  Value exponent = emit.number(op.getBeta().convertToDouble(), x);
  return emit.divide(x, emit.make<nn::PowOp>({base, exponent}));
}

} // namespace

Value decomposeNorm(Operation *op, OpEmitter &emit) {
  if (!isa<nn::SoftmaxOp, nn::LogSoftmaxOp, nn::LayerNormOp, nn::RmsNormOp, nn::BatchNormOp,
           nn::GroupNormOp, nn::LrnOp>(op))
    return nullptr;
  Value x = widen(op->getOperand(0), emit);
  Value y = llvm::TypeSwitch<Operation *, Value>(op)
                .Case([&](nn::SoftmaxOp s) { return emitSoftmax(x, s.getAxis(), emit); })
                .Case([&](nn::LogSoftmaxOp s) { return logSoftmax(x, s.getAxis(), emit); })
                .Case([&](nn::LayerNormOp n) {
                  return rowNorm(x, n.getScale(), n.getBias(), n.getAxis(),
                                 n.getEpsilon().convertToDouble(), true, emit);
                })
                .Case([&](nn::RmsNormOp n) {
                  return rowNorm(x, n.getScale(), nullptr, n.getAxis(),
                                 n.getEpsilon().convertToDouble(), false, emit);
                })
                .Case([&](nn::BatchNormOp n) { return batchNorm(n, x, emit); })
                .Case([&](nn::GroupNormOp n) { return groupNorm(n, x, emit); })
                .Case([&](nn::LrnOp n) { return lrn(n, x, emit); });
  return emit.cast(y, elementOf(op->getResult(0)));
}

//===-- composite reductions --------------------------------------------------------------===//

/// The logarithm of a sum of exponentials without overflow; the maximum of a row of -inf is
/// taken as 0.
static Value logSumExp(Value x, ArrayRef<int64_t> axes, OpEmitter &emit) {
  Value largest = emit.reduce<nn::ReduceMaxOp>(x, axes);
  Value lowest = emit.number(-3.0e38, largest);
  Value usable = emit.make<nn::GreaterOp>({largest, lowest});
  largest = emit.select(usable, largest, emit.number(0, largest));
  Value exps = emit.make<nn::ExpOp>(emit.subtract(x, largest));
  return emit.add(emit.make<nn::LogOp>(emit.reduce<nn::ReduceSumOp>(exps, axes)), largest);
}

Value decomposeReduction(Operation *op, OpEmitter &emit) {
  bool composite = isa<nn::ReduceL1Op, nn::ReduceL2Op, nn::ReduceSumSquareOp, nn::ReduceLogSumOp,
                       nn::ReduceLogSumExpOp>(op);
  bool basic =
      isa<nn::ReduceSumOp, nn::ReduceMeanOp, nn::ReduceMaxOp, nn::ReduceMinOp, nn::ReduceProdOp>(
          op);
  auto axes = op->getAttrOfType<DenseI64ArrayAttr>("axes");
  if (basic && axes.empty())
    return op->getOperand(0);
  if (!composite)
    return nullptr;
  Value x = widen(op->getOperand(0), emit);
  Type result = elementOf(op->getResult(0));
  // A root of integers is taken in f32 and cut to an integer.
  if (isa<nn::ReduceL2Op>(op) && isa<IntegerType>(result))
    x = emit.cast(x, emit.builder.getF32Type());
  Value y = llvm::TypeSwitch<Operation *, Value>(op)
                .Case([&](nn::ReduceL1Op) {
                  return emit.reduce<nn::ReduceSumOp>(emit.make<nn::AbsOp>(x), axes);
                })
                .Case([&](nn::ReduceSumSquareOp) {
                  return emit.reduce<nn::ReduceSumOp>(emit.make<nn::SquareOp>(x), axes);
                })
                .Case([&](nn::ReduceL2Op) {
                  return emit.make<nn::SqrtOp>(
                      emit.reduce<nn::ReduceSumOp>(emit.make<nn::SquareOp>(x), axes));
                })
                .Case([&](nn::ReduceLogSumOp) {
                  return emit.make<nn::LogOp>(emit.reduce<nn::ReduceSumOp>(x, axes));
                })
                .Case([&](nn::ReduceLogSumExpOp) { return logSumExp(x, axes, emit); });
  return emit.cast(emit.reshape(y, shapeOf(op->getResult(0))), result);
}

} // namespace neuron::passes
