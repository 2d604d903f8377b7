// Gemm, attention, rotary embeddings and matmuls with one weight for a whole batch.
#include "passes/normalise/Decompose.h"

using namespace mlir;

namespace neuron::passes {
namespace {

Value gemm(nn::GemmOp op, OpEmitter &emit) {
  Value lhs = op.getTransLhs() ? emit.swapLast(op.getLhs()) : op.getLhs();
  Value rhs = op.getTransRhs() ? emit.swapLast(op.getRhs()) : op.getRhs();
  Value y = emit.matmul(lhs, rhs);
  double alpha = op.getAlpha().convertToDouble(), beta = op.getBeta().convertToDouble();
  if (alpha != 1)
    y = emit.multiply(y, emit.number(alpha, y));
  if (!op.getBias())
    return y;
  Value bias = op.getBias();
  if (beta != 1)
    bias = emit.multiply(bias, emit.number(beta, bias));
  return emit.add(y, bias);
}

/// -inf where the column lies behind the row's own position, which for t columns and s rows is
/// row + t - s.
Value hideFuture(Value scores, OpEmitter &emit) {
  ArrayRef<int64_t> shape = shapeOf(scores);
  int64_t rows = shape[2], columns = shape[3];
  Type index = emit.builder.getI32Type();
  Value row = emit.iota({1, 1, rows, 1}, 2, index),
        column = emit.iota({1, 1, 1, columns}, 3, index);
  Value last = emit.add(row, emit.number(double(columns - rows), row));
  Value seen = emit.make<nn::LessEqualOp>({column, last});
  return emit.select(seen, scores, emit.number(-std::numeric_limits<double>::infinity(), scores));
}

/// Heads that share keys and values are rows of one product.
Value attention(nn::AttentionOp op, OpEmitter &emit) {
  Dims q(shapeOf(op.getQuery())), k(shapeOf(op.getKey())), v(shapeOf(op.getValue()));
  int64_t rows = q[1] / k[1] * q[2];
  Value query =
      emit.multiply(op.getQuery(), emit.number(op.getScale().convertToDouble(), op.getQuery()));
  Value scores =
      emit.matmul(emit.reshape(query, {q[0], k[1], rows, q[3]}), emit.swapLast(op.getKey()));
  scores = emit.reshape(scores, {q[0], q[1], q[2], k[2]});
  Type element = elementOf(scores);
  Value wide = element.isF64() ? scores : emit.cast(scores, emit.builder.getF32Type());
  if (op.getMask())
    wide = emit.add(wide, emit.cast(op.getMask(), elementOf(wide)));
  if (op.getCausal())
    wide = hideFuture(wide, emit);
  Value weights = emit.cast(emitSoftmax(wide, 3, emit), element);
  Value y = emit.matmul(emit.reshape(weights, {q[0], k[1], rows, k[2]}), op.getValue());
  return emit.reshape(y, {q[0], q[1], q[2], v[3]});
}

Value rope(nn::RopeOp op, OpEmitter &emit) {
  Dims shape(shapeOf(op.getX())), start(shape.size(), 0), steps(shape.size(), 1);
  int64_t half = shape.back() / 2, last = int64_t(shape.size()) - 1;
  if (half == 0)
    return op.getX();
  shape.back() = half;
  Value first = emit.slice(op.getX(), start, shape, steps);
  start.back() = half;
  Value second = emit.slice(op.getX(), start, shape, steps);
  Value turned = emit.make<nn::ConcatOp>({emit.make<nn::NegateOp>({second}), first},
                                         {emit.named("axis", last)});
  return emit.add(emit.multiply(op.getX(), op.getCos()), emit.multiply(turned, op.getSin()));
}

/// lhs [b, m, k] times one rhs [1, k, n] is [1, b * m, k] times rhs.
Value sharedMatmul(nn::MatmulOp op, OpEmitter &emit) {
  ArrayRef<int64_t> lhs = shapeOf(op.getLhs()), rhs = shapeOf(op.getRhs());
  auto isOne = [](int64_t dim) { return dim == 1; };
  if (!llvm::all_of(rhs.drop_back(2), isOne) || llvm::all_of(lhs.drop_back(2), isOne))
    return nullptr;
  int64_t rows = 1;
  for (int64_t dim : lhs.drop_back())
    rows *= dim;
  Value y = emit.matmul(emit.reshape(op.getLhs(), {rows, lhs.back()}),
                        emit.reshape(op.getRhs(), rhs.take_back(2)));
  return emit.reshape(y, shapeOf(op.getResult()));
}

} // namespace

Value decomposeProduct(Operation *op, OpEmitter &emit) {
  if (auto product = dyn_cast<nn::GemmOp>(op))
    return gemm(product, emit);
  if (auto product = dyn_cast<nn::AttentionOp>(op))
    return attention(product, emit);
  if (auto turn = dyn_cast<nn::RopeOp>(op))
    return rope(turn, emit);
  if (auto product = dyn_cast<nn::MatmulOp>(op))
    return sharedMatmul(product, emit);
  return nullptr;
}

} // namespace neuron::passes
