// Resize, one dim after the other: every mode here is separable.
#include "passes/eval/Kernels.h"

#include "dialects/nn/Nn.h"
#include "passes/eval/ResizePoints.h"

using namespace mlir;

namespace neuron::eval {
namespace {

double inputCoordinate(nn::ResizeOp op, int64_t axis, int64_t at, int64_t from, int64_t to) {
  double scale = op.getScales()[axis];
  StringRef rule = op.getCoordinates();
  if (rule == "asymmetric")
    return double(at) / scale;
  if (rule == "align_corners")
    return to == 1 ? 0 : double(at) * double(from - 1) / double(to - 1);
  if (rule == "pytorch_half_pixel" && to == 1)
    return 0;
  double half = (double(at) + 0.5) / scale - 0.5;
  if (rule != "half_pixel_symmetric")
    return half;
  double adjustment = double(to) / (double(from) * scale);
  return double(from) / 2 * (1 - adjustment) + half;
}

int64_t nearest(double x, StringRef rounding) {
  if (rounding == "floor")
    return int64_t(std::floor(x));
  if (rounding == "ceil")
    return int64_t(std::ceil(x));
  double low = std::floor(x);
  if (x - low == 0.5)
    return int64_t(rounding == "round_prefer_floor" ? low : low + 1);
  return int64_t(std::floor(x + 0.5));
}

/// Weights of the four points around a fraction t.
std::vector<double> cubicWeights(double t, double a) {
  auto inner = [&](double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
  auto outer = [&](double d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
  return {outer(1 + t), inner(t), inner(1 - t), outer(2 - t)};
}

std::vector<ResizePoint> pointsAround(nn::ResizeOp op, double x, int64_t from) {
  if (op.getMode() == "nearest")
    return {{std::clamp<int64_t>(nearest(x, op.getRounding()), 0, from - 1), 1.0}};
  bool cubic = op.getMode() == "cubic";
  double low = std::floor(x), t = x - low;
  std::vector<double> weights =
      cubic ? cubicWeights(t, op.getCubicA().convertToDouble()) : std::vector<double>{1 - t, t};
  std::vector<ResizePoint> points;
  double sum = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    int64_t position = int64_t(low) + int64_t(i) - (cubic ? 1 : 0);
    if (op.getExcludeOutside() && (position < 0 || position >= from))
      continue;
    points.push_back({std::clamp<int64_t>(position, 0, from - 1), weights[i]});
    sum += weights[i];
  }
  if (op.getExcludeOutside())
    for (ResizePoint &point : points)
      point.weight /= sum;
  return points;
}

template <class T>
std::vector<T> resizeAxis(const std::vector<T> &x, ArrayRef<int64_t> shape, int64_t axis,
                          ArrayRef<std::vector<ResizePoint>> points) {
  AxisView view(shape, axis);
  std::vector<T> out;
  out.reserve(view.before * int64_t(points.size()) * view.after);
  for (int64_t before = 0; before < view.before; ++before)
    for (const std::vector<ResizePoint> &list : points)
      for (int64_t after = 0; after < view.after; ++after) {
        T sum = 0;
        for (const ResizePoint &point : list) {
          T value = x[(before * view.dim + point.position) * view.after + after];
          sum = list.size() == 1 && point.weight == 1 ? value : sum + T(point.weight) * value;
        }
        out.push_back(sum);
      }
  return out;
}

template <class T> void evalResizeAs(const OpCall &call, nn::ResizeOp op) {
  std::vector<T> x = load<T>(call.in(0));
  SmallVector<int64_t> shape(ArrayRef<int64_t>(call.in(0).shape));
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] == call.out().shape[axis] && op.getScales()[axis] == 1.0)
      continue;
    x = resizeAxis<T>(x, shape, axis, resizePoints(op, axis));
    shape[axis] = call.out().shape[axis];
  }
  store(x, call.out());
}

} // namespace

std::vector<std::vector<ResizePoint>> resizePoints(nn::ResizeOp op, int64_t axis) {
  int64_t from = op.getInput().getType().getDimSize(axis);
  int64_t to = op.getResult().getType().getDimSize(axis);
  std::vector<std::vector<ResizePoint>> points;
  for (int64_t at = 0; at < to; ++at)
    points.push_back(pointsAround(op, inputCoordinate(op, axis, at, from, to), from));
  return points;
}

bool evalResize(const OpCall &call) {
  auto op = dyn_cast<nn::ResizeOp>(call.op);
  if (!op)
    return false;
  withDomain(call.in(0).type, call.mode, [&](auto t) { evalResizeAs<decltype(t)>(call, op); });
  return true;
}

} // namespace neuron::eval
