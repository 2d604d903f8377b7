// Normalisations, each from its definition.
#include "passes/eval/Kernels.h"

#include "dialects/nn/Nn.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace neuron::eval {
namespace {

template <class T> void evalSoftmax(const OpCall &call, int64_t axis, bool logarithm) {
  AxisView view(call.in(0).shape, axis);
  std::vector<T> x = load<T>(call.in(0)), out(x.size());
  for (int64_t before = 0; before < view.before; ++before)
    for (int64_t after = 0; after < view.after; ++after) {
      int64_t base = before * view.dim * view.after + after;
      T largest = -std::numeric_limits<T>::infinity(), sum = 0;
      for (int64_t i = 0; i < view.dim; ++i)
        largest = std::max(largest, x[base + i * view.after]);
      for (int64_t i = 0; i < view.dim; ++i)
        sum += out[base + i * view.after] = expOf(x[base + i * view.after] - largest);
      T logSum = logarithm ? logOf(sum) : T(0);
      for (int64_t i = 0; i < view.dim; ++i) {
        T &value = out[base + i * view.after];
        value = logarithm ? x[base + i * view.after] - largest - logSum : value / sum;
      }
    }
  store(out, call.out());
}

/// Mean and 1 / sqrt(variance + epsilon) of `count` elements; the mean is 0 unless `centred`.
template <class T>
std::pair<T, T> moments(const T *x, int64_t count, double epsilon, bool centred) {
  T mean = 0, squares = 0;
  if (centred) {
    for (int64_t i = 0; i < count; ++i)
      mean += x[i];
    mean /= T(count);
  }
  for (int64_t i = 0; i < count; ++i)
    squares += (x[i] - mean) * (x[i] - mean);
  return {mean, T(1) / sqrtOf(squares / T(count) + T(epsilon))};
}

/// layer_norm and rms_norm: rows of the trailing dims.
template <class T>
void evalRowNorm(const OpCall &call, int64_t axis, double epsilon, bool centred) {
  int64_t width = 1;
  for (int64_t dim : ArrayRef<int64_t>(call.in(0).shape).drop_front(axis))
    width *= dim;
  std::vector<T> x = load<T>(call.in(0)), scale = load<T>(call.in(1)), out(x.size());
  std::vector<T> bias = call.operands.size() > 2 ? load<T>(call.in(2)) : std::vector<T>(width);
  for (size_t row = 0; row < x.size(); row += width) {
    auto [mean, inverse] = moments(x.data() + row, width, epsilon, centred);
    for (int64_t i = 0; i < width; ++i)
      out[row + i] = (x[row + i] - mean) * inverse * scale[i] + bias[i];
  }
  store(out, call.out());
}

template <class T> void evalBatchNorm(const OpCall &call, double epsilon) {
  AxisView view(call.in(0).shape, 1);
  std::vector<T> x = load<T>(call.in(0)), scale = load<T>(call.in(1)), bias = load<T>(call.in(2)),
                 mean = load<T>(call.in(3)), variance = load<T>(call.in(4));
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t c = int64_t(i) / view.after % view.dim;
    x[i] = (x[i] - mean[c]) / sqrtOf(variance[c] + T(epsilon)) * scale[c] + bias[c];
  }
  store(x, call.out());
}

template <class T> void evalGroupNorm(const OpCall &call, int64_t groups, double epsilon) {
  AxisView view(call.in(0).shape, 1);
  std::vector<T> x = load<T>(call.in(0)), scale = load<T>(call.in(1)), bias = load<T>(call.in(2));
  int64_t width = view.dim / groups * view.after;
  for (size_t group = 0; group < x.size(); group += width) {
    auto [mean, inverse] = moments(x.data() + group, width, epsilon, true);
    for (int64_t i = 0; i < width; ++i) {
      int64_t c = int64_t(group + i) / view.after % view.dim;
      x[group + i] = (x[group + i] - mean) * inverse * scale[c] + bias[c];
    }
  }
  store(x, call.out());
}

template <class T> void evalLrn(const OpCall &call, nn::LrnOp lrn) {
  AxisView view(call.in(0).shape, 1);
  std::vector<T> x = load<T>(call.in(0)), out(x.size());
  int64_t size = lrn.getSize(), low = (size - 1) / 2, high = size - 1 - low;
  T alpha = T(lrn.getAlpha().convertToDouble()), beta = T(lrn.getBeta().convertToDouble()),
    bias = T(lrn.getBias().convertToDouble());
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t c = int64_t(i) / view.after % view.dim;
    T squares = 0;
    for (int64_t d = -std::min(low, c); d <= std::min(high, view.dim - 1 - c); ++d)
      squares += x[i + d * view.after] * x[i + d * view.after];
    out[i] = x[i] / powOf(bias + alpha / T(size) * squares, beta);
  }
  store(out, call.out());
}

} // namespace

bool evalNorm(const OpCall &call) {
  return llvm::TypeSwitch<Operation *, bool>(call.op)
      .Case<nn::SoftmaxOp, nn::LogSoftmaxOp>([&](auto op) {
        bool logarithm = isa<nn::LogSoftmaxOp>(call.op);
        withFloats(call.mode,
                   [&](auto t) { evalSoftmax<decltype(t)>(call, op.getAxis(), logarithm); });
        return true;
      })
      .Case<nn::LayerNormOp, nn::RmsNormOp>([&](auto op) {
        bool centred = isa<nn::LayerNormOp>(call.op);
        withFloats(call.mode, [&](auto t) {
          evalRowNorm<decltype(t)>(call, op.getAxis(), op.getEpsilon().convertToDouble(), centred);
        });
        return true;
      })
      .Case([&](nn::BatchNormOp op) {
        withFloats(call.mode, [&](auto t) {
          evalBatchNorm<decltype(t)>(call, op.getEpsilon().convertToDouble());
        });
        return true;
      })
      .Case([&](nn::GroupNormOp op) {
        withFloats(call.mode, [&](auto t) {
          evalGroupNorm<decltype(t)>(call, op.getGroups(), op.getEpsilon().convertToDouble());
        });
        return true;
      })
      .Case([&](nn::LrnOp op) {
        withFloats(call.mode, [&](auto t) { evalLrn<decltype(t)>(call, op); });
        return true;
      })
      .Default([](Operation *) { return false; });
}

} // namespace neuron::eval
