// The kinds of kernels behind evaluateOp, and what they share.
//
// A kernel reads operands, fills results that have their types already, and cannot fail: the
// verifier has passed. Arithmetic kernels are templates over the domain T: int64_t for
// integers, float or double for floats by mode; `withDomain` chooses.
#pragma once

#include "passes/eval/Evaluator.h"
#include "runtime/base/Math.h"

#include <cmath>
#include <type_traits>

namespace neuron::eval {

struct OpCall {
  mlir::Operation *op;
  llvm::ArrayRef<const HostTensor *> operands;
  llvm::MutableArrayRef<HostTensor> results;
  EvalMode mode;

  const HostTensor &in(unsigned i) const { return *operands[i]; }
  HostTensor &out(unsigned i = 0) const { return results[i]; }
};

/// Each evaluates `call` if the op is of its kind and says whether it was.
bool evalElementwise(const OpCall &call);
bool evalProduct(const OpCall &call);
bool evalWindow(const OpCall &call);
bool evalNorm(const OpCall &call);
bool evalReduce(const OpCall &call);
bool evalScan(const OpCall &call);
bool evalMovement(const OpCall &call);
bool evalResize(const OpCall &call);
bool evalIndexed(const OpCall &call);

/// Sums and products that wrap, as integers of a tensor do; those of floats are the language's.
template <class T> T plus(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return T(std::make_unsigned_t<T>(a) + std::make_unsigned_t<T>(b));
  else
    return a + b;
}
template <class T> T times(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return T(std::make_unsigned_t<T>(a) * std::make_unsigned_t<T>(b));
  else
    return a * b;
}

/// Calls `body` with a value of the domain's type.
template <class Body> void withDomain(DType type, EvalMode mode, Body body) {
  if (!isFloat(type))
    body(int64_t{});
  else if (mode == EvalMode::Portable)
    body(float{});
  else
    body(double{});
}

/// As withDomain, for ops that take floats only.
template <class Body> void withFloats(EvalMode mode, Body body) {
  if (mode == EvalMode::Portable)
    body(float{});
  else
    body(double{});
}

/// Functions of the two float domains.
inline float expOf(float x) { return math::exp(x); }
inline double expOf(double x) { return std::exp(x); }
inline float logOf(float x) { return math::log(x); }
inline double logOf(double x) { return std::log(x); }
inline float sqrtOf(float x) { return math::sqrt(x); }
inline double sqrtOf(double x) { return std::sqrt(x); }
inline float powOf(float x, float y) { return math::pow(x, y); }
inline double powOf(double x, double y) { return std::pow(x, y); }

/// Row-major strides in elements; those of dims of size 1 are 0 where `broadcasting`.
llvm::SmallVector<int64_t> stridesOf(llvm::ArrayRef<int64_t> shape);
llvm::SmallVector<int64_t> broadcastStrides(llvm::ArrayRef<int64_t> shape);

/// Calls `body(index)` for every index of `shape` in row-major order.
template <class Body> void forEachIndex(llvm::ArrayRef<int64_t> shape, Body body) {
  for (int64_t dim : shape)
    if (dim == 0)
      return;
  llvm::SmallVector<int64_t, 6> index(shape.size());
  while (true) {
    body(llvm::ArrayRef<int64_t>(index));
    size_t axis = shape.size();
    while (axis > 0 && ++index[axis - 1] == shape[axis - 1])
      index[--axis] = 0;
    if (axis == 0)
      return;
  }
}

inline int64_t dot(llvm::ArrayRef<int64_t> index, llvm::ArrayRef<int64_t> strides) {
  int64_t sum = 0;
  for (size_t i = 0; i < index.size(); ++i)
    sum += index[i] * strides[i];
  return sum;
}

/// Elements [before, axis, after] of a shape seen from one axis.
struct AxisView {
  int64_t before = 1, dim = 1, after = 1;
  AxisView(llvm::ArrayRef<int64_t> shape, int64_t axis);
};

/// `values` of `shape` repeated along dims of size 1 to `target`, of the same rank.
template <class T>
std::vector<T> broadcastTo(std::vector<T> values, llvm::ArrayRef<int64_t> shape,
                           llvm::ArrayRef<int64_t> target) {
  if (shape == target)
    return values;
  llvm::SmallVector<int64_t> strides = broadcastStrides(shape);
  std::vector<T> result;
  int64_t count = 1;
  for (int64_t dim : target)
    count *= dim;
  result.reserve(count);
  forEachIndex(target,
               [&](llvm::ArrayRef<int64_t> i) { result.push_back(values[dot(i, strides)]); });
  return result;
}

/// c[m, n] += a[m, k] * b[k, n]; every sum runs over rising k.
template <class T>
void multiplyInto(const T *a, const T *b, T *c, int64_t m, int64_t k, int64_t n) {
  constexpr int64_t columns = 512;
  for (int64_t j0 = 0; j0 < n; j0 += columns) {
    int64_t width = std::min(columns, n - j0);
    for (int64_t i0 = 0; i0 < m; i0 += 4)
      for (int64_t p = 0; p < k; ++p)
        for (int64_t i = i0; i < std::min(i0 + 4, m); ++i) {
          T factor = a[i * k + p];
          const T *from = b + p * n + j0;
          T *to = c + i * n + j0;
          for (int64_t j = 0; j < width; ++j)
            to[j] = plus(to[j], times(factor, from[j]));
        }
  }
}

} // namespace neuron::eval
