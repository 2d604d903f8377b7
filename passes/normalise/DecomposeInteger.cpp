// Integers where the machine's own arithmetic is f32: products of matrices, means, bounds.
//
// Results are exact and wrap to 32 bits, as those of the GpSimd do.
#include "passes/normalise/Decompose.h"

#include "mlir/IR/BuiltinTypes.h"
#include <cmath>

using namespace mlir;

namespace neuron::passes {
namespace {

/// So many products of two bytes have sums that f32 holds: 256 * 255 * 255 < 2^24.
constexpr int64_t kExactRun = 256;

/// Bytes of x as f32, the lowest first; the highest of a signed x keeps the sign.
SmallVector<Value> bytesOf(Value x, OpEmitter &emit) {
  auto element = cast<IntegerType>(elementOf(x));
  unsigned count = std::min(element.getWidth() / 8, 4u);
  Value word = emit.cast(x, emit.builder.getI32Type());
  SmallVector<Value> bytes;
  for (unsigned i = 0; i < count; ++i) {
    Value byte = i ? emit.make<nn::ShiftRightOp>({word, emit.number(8 * i, word)}) : word;
    if (i + 1 < count)
      byte = emit.make<nn::BitwiseAndOp>({byte, emit.number(255, byte)});
    bytes.push_back(emit.cast(byte, emit.builder.getF32Type()));
  }
  return bytes;
}

/// Splits the contracted dim of [.., m, k] (`dim` last) or [.., k, n] (`dim` before it) into runs,
/// a batch dim of their own.
Value inRuns(Value x, bool isLhs, int64_t runs, OpEmitter &emit) {
  SmallVector<int64_t> shape(shapeOf(x)), perm;
  size_t rank = shape.size(), k = isLhs ? rank - 1 : rank - 2;
  shape[k] = kExactRun;
  shape.insert(shape.begin() + k, runs);
  Value split = emit.reshape(x, shape);
  if (!isLhs)
    return split;
  for (size_t d = 0; d <= rank; ++d)
    perm.push_back(int64_t(d));
  std::swap(perm[rank - 2], perm[rank - 1]);
  return emit.transpose(split, perm);
}

Value part(Value x, size_t dim, int64_t start, int64_t size, OpEmitter &emit) {
  SmallVector<int64_t> starts(shapeOf(x).size(), 0), sizes(shapeOf(x)), steps(sizes.size(), 1);
  starts[dim] = start;
  sizes[dim] = size;
  return emit.slice(x, starts, sizes, steps);
}

/// lhs times rhs, bytes as f32, as 32-bit integers.
Value multiplyBytes(Value lhs, Value rhs, OpEmitter &emit) {
  size_t rank = shapeOf(lhs).size();
  int64_t k = shapeOf(lhs).back(), runs = k / kExactRun, rest = k % kExactRun;
  Type word = emit.builder.getI32Type();
  if (k <= kExactRun)
    return emit.cast(emit.matmul(lhs, rhs), word);
  Value main =
      emit.matmul(inRuns(part(lhs, rank - 1, 0, runs * kExactRun, emit), true, runs, emit),
                  inRuns(part(rhs, rank - 2, 0, runs * kExactRun, emit), false, runs, emit));
  Value sum = emit.reduce<nn::ReduceSumOp>(emit.cast(main, word), {int64_t(rank) - 2});
  SmallVector<int64_t> shape(shapeOf(sum));
  shape.erase(shape.begin() + rank - 2);
  sum = emit.reshape(sum, shape);
  if (!rest)
    return sum;
  Value last = emit.matmul(part(lhs, rank - 1, k - rest, rest, emit),
                           part(rhs, rank - 2, k - rest, rest, emit));
  return emit.add(sum, emit.cast(last, word));
}

/// The array multiplies floats, so integers go there byte by byte. Products of bytes that lie
/// beyond 32 bits are left out.
Value integerMatmul(nn::MatmulOp op, OpEmitter &emit) {
  Value sum;
  if (shapeOf(op.getLhs()).back() == 0)
    return nullptr;
  SmallVector<Value> lhs = bytesOf(op.getLhs(), emit), rhs = bytesOf(op.getRhs(), emit);
  for (size_t i = 0; i < lhs.size(); ++i)
    for (size_t j = 0; j < rhs.size() && i + j < 4; ++j) {
      Value y = multiplyBytes(lhs[i], rhs[j], emit);
      if (i + j)
        y = emit.make<nn::ShiftLeftOp>({y, emit.number(double(8 * (i + j)), y)});
      sum = sum ? emit.add(sum, y) : y;
    }
  return emit.cast(sum, elementOf(op.getResult()));
}

/// The mean of n integers, towards zero. With x = n * t + f, the sum of all t and the sum of all f
/// stay within 32 bits where the sum of all x would not.
Value integerMean(nn::ReduceMeanOp op, OpEmitter &emit) {
  int64_t n = 1;
  ArrayRef<int64_t> shape = shapeOf(op.getInput());
  for (int64_t axis : op.getAxes())
    n *= shape[axis];
  Type element = elementOf(op.getResult());
  Value x = emit.cast(op.getInput(), emit.builder.getI32Type());
  if (element.isUnsignedInteger(32) || element.isUnsignedInteger(64))
    x = op.getInput();
  if (n == 0 || n > 32768)
    return nullptr;
  Value count = emit.number(double(n), x);
  Value times = emit.divide(x, count);
  Value left = emit.subtract(x, emit.multiply(times, count));
  Value whole = emit.reduce<nn::ReduceSumOp>(times, op.getAxes());
  Value rest = emit.reduce<nn::ReduceSumOp>(left, op.getAxes());
  Value more = emit.divide(rest, count);
  whole = emit.add(whole, more);
  if (!element.isUnsignedInteger()) {
    rest = emit.subtract(rest, emit.multiply(more, count));
    Value zero = emit.number(0, x);
    auto both = [&](Value a, Value b) {
      Value a0 = emit.make<nn::LessOp>({a, zero}), b0 = emit.make<nn::LessOp>({zero, b});
      return emit.cast(emit.make<nn::AndOp>({a0, b0}), elementOf(x));
    };
    Value up = both(whole, rest), down = both(rest, whole);
    whole = emit.subtract(emit.add(whole, up), down);
  }
  Value result = emit.cast(whole, element);
  return emit.reshape(result, shapeOf(op.getResult()));
}

/// Bounds that f32 does not hold, as numbers of the type. Others stay: they say that indices are in
/// range.
Value integerClip(nn::ClipOp op, OpEmitter &emit) {
  Value x = op.getX();
  Type element = elementOf(x);
  double low = op.getLow().convertToDouble(), high = op.getHigh().convertToDouble();
  auto isHeld = [](double value) { return double(float(value)) == value; };
  if (isHeld(low) && isHeld(high))
    return nullptr;
  auto bound = [&](double value) {
    double held = std::min(std::max(std::trunc(value), leastOf(element)), largestOf(element));
    return emit.number(held, x);
  };
  Value above = emit.make<nn::MaximumOp>({x, bound(low)});
  return emit.make<nn::MinimumOp>({above, bound(high)});
}

} // namespace

Value decomposeInteger(Operation *op, OpEmitter &emit) {
  if (op->getNumResults() != 1 || !isa<IntegerType>(elementOf(op->getResult(0))))
    return nullptr;
  if (auto product = dyn_cast<nn::MatmulOp>(op))
    return integerMatmul(product, emit);
  if (auto mean = dyn_cast<nn::ReduceMeanOp>(op))
    return integerMean(mean, emit);
  if (auto clip = dyn_cast<nn::ClipOp>(op))
    return integerClip(clip, emit);
  return nullptr;
}

} // namespace neuron::passes
