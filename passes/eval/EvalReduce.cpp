// Reductions: each a start value, a step and an end, over rising positions.
#include "passes/eval/Kernels.h"

#include "dialects/nn/Nn.h"
#include "dialects/nn/ScalarReference.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace neuron::eval {
namespace {

enum class Reduction { Sum, Mean, Max, Min, Prod, L1, L2, SumSquare, LogSum, LogSumExp };

std::optional<Reduction> reductionOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Reduction>>(op)
      .Case([](nn::ReduceSumOp) { return Reduction::Sum; })
      .Case([](nn::ReduceMeanOp) { return Reduction::Mean; })
      .Case([](nn::ReduceMaxOp) { return Reduction::Max; })
      .Case([](nn::ReduceMinOp) { return Reduction::Min; })
      .Case([](nn::ReduceProdOp) { return Reduction::Prod; })
      .Case([](nn::ReduceL1Op) { return Reduction::L1; })
      .Case([](nn::ReduceL2Op) { return Reduction::L2; })
      .Case([](nn::ReduceSumSquareOp) { return Reduction::SumSquare; })
      .Case([](nn::ReduceLogSumOp) { return Reduction::LogSum; })
      .Case([](nn::ReduceLogSumExpOp) { return Reduction::LogSumExp; })
      .Default([](Operation *) { return std::nullopt; });
}

/// What a reduction over nothing gives, and where every reduction starts.
template <class T> T startOf(Reduction kind) {
  constexpr bool floats = std::numeric_limits<T>::has_infinity;
  switch (kind) {
  case Reduction::Max:
    return floats ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::min();
  case Reduction::Min:
    return floats ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
  case Reduction::Prod:
    return 1;
  default:
    return 0;
  }
}

template <class T> T stepOf(Reduction kind, T sum, T value) {
  switch (kind) {
  case Reduction::Max:
    return value > sum || value != value ? value : sum;
  case Reduction::Min:
    return value < sum || value != value ? value : sum;
  case Reduction::Prod:
    return times(sum, value);
  case Reduction::L1:
    return plus(sum, value < 0 ? times(value, T(-1)) : value);
  case Reduction::L2:
  case Reduction::SumSquare:
    return plus(sum, times(value, value));
  default:
    return plus(sum, value);
  }
}

template <class T> T endOf(Reduction kind, T sum, int64_t count) {
  switch (kind) {
  case Reduction::Mean:
    return std::is_integral_v<T> && count == 0 ? T(0) : sum / T(count);
  case Reduction::L2:
    return T(sqrtOf(std::conditional_t<std::is_integral_v<T>, double, T>(sum)));
  case Reduction::LogSum:
    return T(logOf(std::conditional_t<std::is_integral_v<T>, double, T>(sum)));
  default:
    return sum;
  }
}

/// Offsets of the kept elements and, relative to them, of the reduced ones.
struct ReducedOffsets {
  std::vector<int64_t> kept, reduced;

  ReducedOffsets(ArrayRef<int64_t> shape, ArrayRef<int64_t> axes) {
    SmallVector<int64_t> keptShape(shape), reducedShape(shape.size(), 1);
    for (int64_t axis : axes) {
      reducedShape[axis] = shape[axis];
      keptShape[axis] = 1;
    }
    SmallVector<int64_t> strides = stridesOf(shape);
    forEachIndex(keptShape, [&](ArrayRef<int64_t> i) { kept.push_back(dot(i, strides)); });
    forEachIndex(reducedShape, [&](ArrayRef<int64_t> i) { reduced.push_back(dot(i, strides)); });
  }
};

/// Logarithm of a sum of exponentials, without overflow.
template <class T> T logSumExp(const T *x, ArrayRef<int64_t> offsets) {
  T largest = -std::numeric_limits<T>::infinity(), sum = 0;
  for (int64_t at : offsets)
    largest = std::max(largest, x[at]);
  if (!(largest > -std::numeric_limits<T>::infinity()) ||
      largest == std::numeric_limits<T>::infinity())
    return largest;
  for (int64_t at : offsets)
    sum += expOf(x[at] - largest);
  return largest + logOf(sum);
}

template <class T> void evalReduction(const OpCall &call, Reduction kind) {
  auto axes = call.op->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef();
  ReducedOffsets offsets(call.in(0).shape, axes);
  std::vector<T> x = load<T>(call.in(0)), out;
  out.reserve(call.out().elements());
  for (int64_t base : offsets.kept) {
    if constexpr (!std::is_integral_v<T>)
      if (kind == Reduction::LogSumExp) {
        out.push_back(logSumExp(x.data() + base, offsets.reduced));
        continue;
      }
    T sum = startOf<T>(kind);
    for (int64_t at : offsets.reduced)
      sum = stepOf(kind, sum, x[base + at]);
    out.push_back(endOf(kind, sum, int64_t(offsets.reduced.size())));
  }
  out.resize(call.out().elements(), endOf(kind, startOf<T>(kind), 0));
  store(out, call.out());
}

} // namespace

bool evalReduce(const OpCall &call) {
  std::optional<Reduction> kind = reductionOf(call.op);
  if (!kind)
    return false;
  withDomain(call.in(0).type, call.mode, [&](auto t) { evalReduction<decltype(t)>(call, *kind); });
  return true;
}

} // namespace neuron::eval
