// Gather, scatter, cache update, one-hot: places that are values. Indices count from the end
// where negative and are clamped to the dim after that.
#include "passes/eval/Kernels.h"

#include "dialects/nn/Nn.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace neuron::eval {
namespace {

int64_t place(int64_t index, int64_t dim) {
  return std::clamp<int64_t>(index < 0 ? index + dim : index, 0, dim - 1);
}

/// Copies `count` elements between linear positions.
void copyRun(const HostTensor &from, int64_t source, HostTensor &to, int64_t target,
             int64_t count) {
  unsigned bytes = from.elementBytes();
  std::memcpy(to.bytes.data() + target * bytes, from.bytes.data() + source * bytes, count * bytes);
}

void evalGather(const OpCall &call, nn::GatherOp op) {
  AxisView view(call.in(0).shape, op.getAxis());
  std::vector<int64_t> indices = load<int64_t>(call.in(1));
  int64_t target = 0;
  for (int64_t before = 0; before < view.before; ++before)
    for (int64_t index : indices) {
      copyRun(call.in(0), (before * view.dim + place(index, view.dim)) * view.after, call.out(),
              target, view.after);
      target += view.after;
    }
}

/// The linear position in `shape` of index `i` with component `axis` replaced.
int64_t replaced(ArrayRef<int64_t> i, int64_t axis, int64_t index, ArrayRef<int64_t> shape,
                 ArrayRef<int64_t> strides) {
  return dot(i, strides) + (place(index, shape[axis]) - i[axis]) * strides[axis];
}

void evalGatherElements(const OpCall &call, nn::GatherElementsOp op) {
  ArrayRef<int64_t> shape = call.in(0).shape;
  SmallVector<int64_t> strides = stridesOf(shape);
  std::vector<int64_t> indices = load<int64_t>(call.in(1));
  int64_t target = 0;
  forEachIndex(call.out().shape, [&](ArrayRef<int64_t> i) {
    int64_t source = replaced(i, op.getAxis(), indices[target], shape, strides);
    copyRun(call.in(0), source, call.out(), target++, 1);
  });
}

/// The linear position that a row of `depth` indices addresses, dims `first`.. of `shape`.
int64_t address(const int64_t *row, int64_t depth, ArrayRef<int64_t> shape,
                ArrayRef<int64_t> strides, int64_t first) {
  int64_t linear = 0;
  for (int64_t d = 0; d < depth; ++d)
    linear += place(row[d], shape[first + d]) * strides[first + d];
  return linear;
}

void evalGatherNd(const OpCall &call, nn::GatherNdOp op) {
  ArrayRef<int64_t> shape = call.in(0).shape, indexShape = call.in(1).shape;
  SmallVector<int64_t> strides = stridesOf(shape);
  std::vector<int64_t> indices = load<int64_t>(call.in(1));
  int64_t batch = op.getBatchDims(), depth = indexShape.back();
  int64_t batches = 1, run = 1;
  for (int64_t dim : shape.take_front(batch))
    batches *= dim;
  for (int64_t dim : shape.drop_front(batch + depth))
    run *= dim;
  int64_t rows = int64_t(indices.size()) / depth, batchStride = batch ? strides[batch - 1] : 0;
  for (int64_t row = 0; row < rows; ++row) {
    int64_t source = row / (rows / batches) * batchStride +
                     address(indices.data() + row * depth, depth, shape, strides, batch);
    copyRun(call.in(0), source, call.out(), row * run, run);
  }
}

//===-- scatter ---------------------------------------------------------------------------===//

/// to[target + i] = reduction of it and from[source + i], for i < count.
template <class T>
void combineRun(StringRef reduction, const std::vector<T> &from, int64_t source, std::vector<T> &to,
                int64_t target, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    T &held = to[target + i];
    T value = from[source + i];
    if (reduction == "add")
      held = held + value;
    else if (reduction == "mul")
      held = held * value;
    else if (reduction == "max")
      held = value > held || value != value ? value : held;
    else
      held = value < held || value != value ? value : held;
  }
}

/// Calls put(update position, data position, count) for every run of a scatter.
template <class Put> void forEachRun(const OpCall &call, Put put) {
  ArrayRef<int64_t> shape = call.in(0).shape;
  SmallVector<int64_t> strides = stridesOf(shape);
  std::vector<int64_t> indices = load<int64_t>(call.in(1));
  if (auto elements = dyn_cast<nn::ScatterElementsOp>(call.op)) {
    int64_t source = 0;
    forEachIndex(call.in(1).shape, [&](ArrayRef<int64_t> i) {
      put(source, replaced(i, elements.getAxis(), indices[source], shape, strides), 1);
      ++source;
    });
    return;
  }
  int64_t depth = call.in(1).shape.back(), run = 1;
  for (int64_t dim : shape.drop_front(depth))
    run *= dim;
  for (int64_t row = 0; row < int64_t(indices.size()) / depth; ++row)
    put(row * run, address(indices.data() + row * depth, depth, shape, strides, 0), run);
}

void evalScatter(const OpCall &call, StringRef reduction) {
  if (reduction == "none") {
    call.out().bytes = call.in(0).bytes;
    forEachRun(call, [&](int64_t source, int64_t target, int64_t count) {
      copyRun(call.in(2), source, call.out(), target, count);
    });
    return;
  }
  withDomain(call.in(0).type, call.mode, [&](auto t) {
    using T = decltype(t);
    std::vector<T> data = load<T>(call.in(0)), updates = load<T>(call.in(2));
    forEachRun(call, [&](int64_t source, int64_t target, int64_t count) {
      combineRun(reduction, updates, source, data, target, count);
    });
    store(data, call.out());
  });
}

void evalCacheUpdate(const OpCall &call, nn::CacheUpdateOp op) {
  AxisView view(call.in(0).shape, op.getAxis());
  int64_t rows = call.in(1).shape[op.getAxis()];
  std::vector<int64_t> places = load<int64_t>(call.in(2));
  call.out().bytes = call.in(0).bytes;
  int64_t parts = places.size(), run = parts ? rows / parts : 0;
  for (int64_t part = 0; part < parts; ++part) {
    int64_t place = std::clamp<int64_t>(places[part], 0, view.dim - run);
    for (int64_t before = 0; before < view.before; ++before)
      copyRun(call.in(1), (before * rows + part * run) * view.after, call.out(),
              (before * view.dim + place) * view.after, run * view.after);
  }
}

void evalOneHot(const OpCall &call, nn::OneHotOp op) {
  AxisView view(call.out().shape, op.getAxis());
  std::vector<int64_t> indices = load<int64_t>(call.in(0));
  for (int64_t i = 0, count = call.out().elements(); i < count; ++i) {
    int64_t position = i / view.after % view.dim;
    int64_t index = indices[i / (view.dim * view.after) * view.after + i % view.after];
    bool hot = position == (index < 0 ? index + view.dim : index);
    copyRun(call.in(1), hot, call.out(), i, 1);
  }
}

} // namespace

bool evalIndexed(const OpCall &call) {
  bool known = true;
  llvm::TypeSwitch<Operation *>(call.op)
      .Case([&](nn::GatherOp op) { evalGather(call, op); })
      .Case([&](nn::GatherElementsOp op) { evalGatherElements(call, op); })
      .Case([&](nn::GatherNdOp op) { evalGatherNd(call, op); })
      .Case([&](nn::ScatterNdOp op) { evalScatter(call, op.getReduction()); })
      .Case([&](nn::ScatterElementsOp op) { evalScatter(call, op.getReduction()); })
      .Case([&](nn::CacheUpdateOp op) { evalCacheUpdate(call, op); })
      .Case([&](nn::OneHotOp op) { evalOneHot(call, op); })
      .Default([&](Operation *) { known = false; });
  return known;
}

} // namespace neuron::eval
