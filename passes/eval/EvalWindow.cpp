// Convolutions and pools over any number of spatial dims.
//
// A convolution becomes one product a group: the windows' elements are laid out as the columns
// of a matrix, weights as the rows of another. Its transpose scatters the columns of such a
// product instead of gathering them.
#include "passes/eval/Kernels.h"

#include "dialects/nn/Nn.h"
#include "dialects/nn/NnInfer.h"

using namespace mlir;

namespace neuron::eval {
namespace {

/// Where windows lie over one image: spatial input dims, output dims, and the window.
struct Windows {
  SmallVector<int64_t> input, output;
  nn::Window window;

  template <class OpTy>
  Windows(OpTy op, ArrayRef<int64_t> kernel, ArrayRef<int64_t> input, ArrayRef<int64_t> output)
      : input(input), output(output) {
    nn::Report silent{std::nullopt, OpTy::getOperationName()};
    window = *nn::makeWindow(silent, kernel, op.getStrides(), op.getDilations(), op.getPadsLow(),
                             op.getPadsHigh());
  }

  /// The linear input position of tap `tap` of the window at `at`, or -1 in the padding.
  int64_t position(ArrayRef<int64_t> at, ArrayRef<int64_t> tap) const {
    int64_t linear = 0;
    for (size_t i = 0; i < at.size(); ++i) {
      int64_t p = at[i] * window.strides[i] + tap[i] * window.dilations[i] - window.padsLow[i];
      if (p < 0 || p >= input[i])
        return -1;
      linear = linear * input[i] + p;
    }
    return linear;
  }

  static int64_t count(ArrayRef<int64_t> dims) {
    int64_t product = 1;
    for (int64_t dim : dims)
      product *= dim;
    return product;
  }

  /// For every tap, then every window: its input position. [taps][windows]
  std::vector<int64_t> positions() const {
    std::vector<int64_t> list;
    list.reserve(count(window.kernel) * count(output));
    forEachIndex(window.kernel, [&](ArrayRef<int64_t> tap) {
      SmallVector<int64_t> fixed(tap);
      forEachIndex(output, [&](ArrayRef<int64_t> at) { list.push_back(position(at, fixed)); });
    });
    return list;
  }
};

template <class T>
void addBias(std::vector<T> &out, const HostTensor &bias, int64_t channels, int64_t pixels) {
  std::vector<T> values = load<T>(bias);
  for (size_t i = 0; i < out.size(); ++i)
    out[i] += values[int64_t(i) / pixels % channels];
}

template <class T> void evalConv(const OpCall &call, nn::ConvOp conv) {
  ArrayRef<int64_t> input = call.in(0).shape, weight = call.in(1).shape, shape = call.out().shape;
  Windows windows(conv, weight.drop_front(2), input.drop_front(2), shape.drop_front(2));
  int64_t groups = conv.getGroups(), outputs = weight[0] / groups, channels = weight[1];
  int64_t taps = Windows::count(weight.drop_front(2)), pixels = Windows::count(windows.output),
          area = Windows::count(windows.input);
  std::vector<T> x = load<T>(call.in(0)), w = load<T>(call.in(1)), out(call.out().elements());
  std::vector<int64_t> positions = windows.positions();
  std::vector<T> columns(channels * taps * pixels);
  for (int64_t image = 0; image < input[0] * groups; ++image) {
    const T *from = x.data() + image * channels * area;
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t i = 0; i < taps * pixels; ++i)
        columns[c * taps * pixels + i] = positions[i] < 0 ? T(0) : from[c * area + positions[i]];
    multiplyInto(w.data() + image % groups * outputs * channels * taps, columns.data(),
                 out.data() + image * outputs * pixels, outputs, channels * taps, pixels);
  }
  if (conv.getBias())
    addBias(out, call.in(2), weight[0], pixels);
  store(out, call.out());
}

template <class T> void evalConvTranspose(const OpCall &call, nn::ConvTransposeOp conv) {
  ArrayRef<int64_t> input = call.in(0).shape, weight = call.in(1).shape, shape = call.out().shape;
  // Windows of the forward convolution: over the result, one an input element.
  Windows windows(conv, weight.drop_front(2), shape.drop_front(2), input.drop_front(2));
  int64_t groups = conv.getGroups(), channels = weight[0] / groups, outputs = weight[1];
  int64_t taps = Windows::count(weight.drop_front(2)), pixels = Windows::count(windows.output),
          area = Windows::count(windows.input);
  std::vector<T> x = load<T>(call.in(0)), w = load<T>(call.in(1)), out(call.out().elements());
  std::vector<int64_t> positions = windows.positions();
  // Weights as [o * taps, c] of each group.
  std::vector<T> turned(w.size());
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t i = 0; i < outputs * taps; ++i)
        turned[(g * outputs * taps + i) * channels + c] =
            w[(g * channels + c) * outputs * taps + i];
  for (int64_t image = 0; image < input[0] * groups; ++image) {
    std::vector<T> columns(outputs * taps * pixels);
    multiplyInto(turned.data() + image % groups * outputs * taps * channels,
                 x.data() + image * channels * pixels, columns.data(), outputs * taps, channels,
                 pixels);
    for (int64_t o = 0; o < outputs; ++o)
      for (int64_t i = 0; i < taps * pixels; ++i)
        if (positions[i] >= 0)
          out[(image * outputs + o) * area + positions[i]] += columns[o * taps * pixels + i];
  }
  if (conv.getBias())
    addBias(out, call.in(2), outputs * groups, area);
  store(out, call.out());
}

//===-- pools -----------------------------------------------------------------------------===//

/// Calls reduce(plane, result) for every window of every channel; `plane` is the channel's
/// elements, the positions those of the window's taps.
template <class T, class OpTy, class Reduce>
void evalPool(const OpCall &call, OpTy pool, Reduce reduce) {
  ArrayRef<int64_t> input = call.in(0).shape, shape = call.out().shape;
  Windows windows(pool, pool.getKernel(), input.drop_front(2), shape.drop_front(2));
  int64_t area = Windows::count(windows.input), pixels = Windows::count(windows.output),
          taps = Windows::count(windows.window.kernel);
  std::vector<T> x = load<T>(call.in(0)), out(call.out().elements());
  std::vector<int64_t> positions = windows.positions(), window(taps);
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    for (int64_t tap = 0; tap < taps; ++tap)
      window[tap] = positions[tap * pixels + pixel];
    for (int64_t plane = 0; plane < input[0] * input[1]; ++plane)
      out[plane * pixels + pixel] = reduce(x.data() + plane * area, window, pixel, windows);
  }
  store(out, call.out());
}

template <class T> void evalMaxPool(const OpCall &call, nn::MaxPoolOp pool) {
  evalPool<T>(call, pool, [](const T *plane, ArrayRef<int64_t> window, int64_t, const Windows &) {
    bool any = false;
    T largest = 0;
    for (int64_t p : window)
      if (p >= 0 && (!any || plane[p] > largest || plane[p] != plane[p])) {
        largest = plane[p];
        any = true;
      }
    return largest;
  });
}

/// Taps of the window `pixel` that lie in the input or in its declared padding; ceil mode may
/// reach beyond both.
int64_t paddedTaps(const Windows &windows, int64_t pixel) {
  int64_t count = 1;
  for (size_t i = windows.output.size(); i-- > 0;) {
    int64_t at = pixel % windows.output[i];
    pixel /= windows.output[i];
    int64_t inside = 0;
    for (int64_t tap = 0; tap < windows.window.kernel[i]; ++tap)
      inside += at * windows.window.strides[i] + tap * windows.window.dilations[i] <
                windows.input[i] + windows.window.padsLow[i] + windows.window.padsHigh[i];
    count *= inside;
  }
  return count;
}

template <class T> void evalAvgPool(const OpCall &call, nn::AvgPoolOp pool) {
  bool includePad = pool.getCountIncludePad();
  evalPool<T>(call, pool,
              [=](const T *plane, ArrayRef<int64_t> window, int64_t pixel, const Windows &windows) {
                T sum = 0;
                int64_t inside = 0;
                for (int64_t p : window)
                  if (p >= 0) {
                    sum += plane[p];
                    ++inside;
                  }
                return sum / T(includePad ? paddedTaps(windows, pixel) : inside);
              });
}

template <class T> void evalGlobalPool(const OpCall &call, bool mean) {
  std::vector<T> x = load<T>(call.in(0)), out(call.out().elements());
  int64_t area = out.empty() ? 0 : int64_t(x.size() / out.size());
  for (size_t plane = 0; plane < out.size(); ++plane) {
    T sum = 0, largest = -std::numeric_limits<T>::infinity();
    for (int64_t i = 0; i < area; ++i) {
      T value = x[plane * area + i];
      sum += value;
      largest = value > largest || value != value ? value : largest;
    }
    out[plane] = mean ? sum / T(area) : largest;
  }
  store(out, call.out());
}

} // namespace

bool evalWindow(const OpCall &call) {
  DType type = call.out().type;
  if (auto conv = dyn_cast<nn::ConvOp>(call.op))
    withDomain(type, call.mode, [&](auto t) { evalConv<decltype(t)>(call, conv); });
  else if (auto conv = dyn_cast<nn::ConvTransposeOp>(call.op))
    withDomain(type, call.mode, [&](auto t) { evalConvTranspose<decltype(t)>(call, conv); });
  else if (auto pool = dyn_cast<nn::MaxPoolOp>(call.op))
    withDomain(type, call.mode, [&](auto t) { evalMaxPool<decltype(t)>(call, pool); });
  else if (auto pool = dyn_cast<nn::AvgPoolOp>(call.op))
    withFloats(call.mode, [&](auto t) { evalAvgPool<decltype(t)>(call, pool); });
  else if (isa<nn::GlobalAvgPoolOp, nn::GlobalMaxPoolOp>(call.op))
    withFloats(call.mode, [&](auto t) {
      evalGlobalPool<decltype(t)>(call, isa<nn::GlobalAvgPoolOp>(call.op));
    });
  else
    return false;
  return true;
}

} // namespace neuron::eval
