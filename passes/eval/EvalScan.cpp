// Ops along one axis whose result depends on the order there: positions, top k, running sums.
#include "passes/eval/Kernels.h"

#include "dialects/nn/Nn.h"
#include <numeric>

using namespace mlir;

namespace neuron::eval {
namespace {

/// Calls body(line) with the offset of the first element of every line along the axis, and the
/// number of the line.
template <class Body> void forEachLine(const AxisView &view, Body body) {
  int64_t line = 0;
  for (int64_t before = 0; before < view.before; ++before)
    for (int64_t after = 0; after < view.after; ++after)
      body(before * view.dim * view.after + after, line++);
}

template <class T, class OpTy> void evalArg(const OpCall &call, OpTy op, bool largest) {
  AxisView view(call.in(0).shape, op.getAxis());
  std::vector<T> x = load<T>(call.in(0));
  std::vector<int64_t> out(call.out().elements());
  bool last = op.getSelectLast();
  forEachLine(view, [&](int64_t base, int64_t line) {
    int64_t best = 0;
    for (int64_t i = 1; i < view.dim; ++i) {
      T value = x[base + i * view.after], held = x[base + best * view.after];
      if (largest ? value > held : value < held)
        best = i;
      else if (last && value == held)
        best = i;
    }
    out[line] = best;
  });
  store(out, call.out());
}

template <class T> void evalTopk(const OpCall &call, nn::TopkOp op) {
  AxisView view(call.in(0).shape, op.getAxis());
  int64_t k = op.getK();
  bool largest = op.getLargest();
  std::vector<T> x = load<T>(call.in(0)), values(call.out(0).elements());
  std::vector<int64_t> indices(values.size()), order(view.dim);
  forEachLine(view, [&](int64_t base, int64_t line) {
    std::iota(order.begin(), order.end(), 0);
    // Not-a-number goes to the end either way, so that the order is a total one.
    auto before = [&](int64_t a, int64_t b) {
      T left = x[base + a * view.after], right = x[base + b * view.after];
      bool leftIsNumber = left == left, rightIsNumber = right == right;
      if (leftIsNumber && rightIsNumber && left != right)
        return largest ? left > right : left < right;
      return leftIsNumber != rightIsNumber ? leftIsNumber : a < b;
    };
    std::sort(order.begin(), order.end(), before);
    int64_t target = line / view.after * k * view.after + line % view.after;
    for (int64_t i = 0; i < k; ++i) {
      values[target + i * view.after] = x[base + order[i] * view.after];
      indices[target + i * view.after] = order[i];
    }
  });
  store(values, call.out(0));
  store(indices, call.out(1));
}

template <class T> void evalCumsum(const OpCall &call, nn::CumsumOp op) {
  AxisView view(call.in(0).shape, op.getAxis());
  std::vector<T> x = load<T>(call.in(0)), out(x.size());
  forEachLine(view, [&](int64_t base, int64_t) {
    T sum = 0;
    for (int64_t i = 0; i < view.dim; ++i) {
      int64_t at = base + (op.getReverse() ? view.dim - 1 - i : i) * view.after;
      if (op.getExclusive())
        out[at] = sum;
      sum = plus(sum, x[at]);
      if (!op.getExclusive())
        out[at] = sum;
    }
  });
  store(out, call.out());
}

} // namespace

bool evalScan(const OpCall &call) {
  if (auto op = dyn_cast<nn::ArgMaxOp>(call.op))
    withDomain(call.in(0).type, call.mode, [&](auto t) { evalArg<decltype(t)>(call, op, true); });
  else if (auto op = dyn_cast<nn::ArgMinOp>(call.op))
    withDomain(call.in(0).type, call.mode, [&](auto t) { evalArg<decltype(t)>(call, op, false); });
  else if (auto op = dyn_cast<nn::TopkOp>(call.op))
    withDomain(call.in(0).type, call.mode, [&](auto t) { evalTopk<decltype(t)>(call, op); });
  else if (auto op = dyn_cast<nn::CumsumOp>(call.op))
    withDomain(call.in(0).type, call.mode, [&](auto t) { evalCumsum<decltype(t)>(call, op); });
  else
    return false;
  return true;
}

} // namespace neuron::eval
