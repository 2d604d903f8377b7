// Movement with known places: elements are copied as bytes, whatever their type.
#include "passes/eval/Kernels.h"

#include "dialects/nn/Nn.h"
#include "runtime/base/Numbers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace neuron::eval {
namespace {

/// One side of a copy: where it starts, and how far its elements are apart.
struct Side {
  int64_t offset = 0;
  SmallVector<int64_t> strides;
};

/// Copies `sizes` elements from `source` to `target`.
void copy(const HostTensor &source, const Side &from, HostTensor &target, const Side &to,
          ArrayRef<int64_t> sizes) {
  unsigned bytes = source.elementBytes();
  forEachIndex(sizes, [&](ArrayRef<int64_t> i) {
    std::memcpy(target.bytes.data() + (to.offset + dot(i, to.strides)) * bytes,
                source.bytes.data() + (from.offset + dot(i, from.strides)) * bytes, bytes);
  });
}

Side whole(ArrayRef<int64_t> shape) { return {0, stridesOf(shape)}; }

void evalTranspose(const OpCall &call, nn::TransposeOp op) {
  SmallVector<int64_t> strides = stridesOf(call.in(0).shape);
  Side from;
  for (int64_t axis : op.getPerm())
    from.strides.push_back(strides[axis]);
  copy(call.in(0), from, call.out(), whole(call.out().shape), call.out().shape);
}

void evalSlice(const OpCall &call, nn::SliceOp op) {
  Side from = whole(call.in(0).shape);
  from.offset = dot(op.getStarts(), from.strides);
  for (auto [stride, step] : llvm::zip_equal(from.strides, op.getSteps()))
    stride *= step;
  copy(call.in(0), from, call.out(), whole(call.out().shape), call.out().shape);
}

void evalConcat(const OpCall &call, nn::ConcatOp op) {
  Side to = whole(call.out().shape);
  for (const HostTensor *input : call.operands) {
    copy(*input, whole(input->shape), call.out(), to, input->shape);
    to.offset += input->shape[op.getAxis()] * to.strides[op.getAxis()];
  }
}

/// Writes `value` as every element.
void fill(HostTensor &tensor, double value) {
  char element[8];
  if (isFloat(tensor.type))
    neuron::store(tensor.type, value, element);
  else
    storeInteger(tensor.type, int64_t(std::clamp(value, -9.2e18, 9.2e18)), element);
  for (size_t at = 0; at < tensor.bytes.size(); at += tensor.elementBytes())
    std::copy_n(element, tensor.elementBytes(), tensor.bytes.begin() + at);
}

void evalConstantPad(const OpCall &call, nn::PadOp op) {
  fill(call.out(), op.getValue().convertToDouble());
  ArrayRef<int64_t> input = call.in(0).shape, shape = call.out().shape;
  SmallVector<int64_t> from = stridesOf(input), to = stridesOf(shape);
  unsigned bytes = call.in(0).elementBytes();
  forEachIndex(input, [&](ArrayRef<int64_t> i) {
    int64_t target = 0;
    for (size_t d = 0; d < i.size(); ++d) {
      int64_t step = 1 + (op.getInterior().empty() ? 0 : op.getInterior()[d]);
      int64_t at = op.getLow()[d] + i[d] * step;
      if (at < 0 || at >= shape[d])
        return;
      target += at * to[d];
    }
    std::memcpy(call.out().bytes.data() + target * bytes,
                call.in(0).bytes.data() + dot(i, from) * bytes, bytes);
  });
}

/// The element of 0..dim that stands for position `at` outside.
int64_t outside(int64_t at, int64_t dim, StringRef mode) {
  if (mode == "edge")
    return std::clamp<int64_t>(at, 0, dim - 1);
  if (mode == "wrap")
    return (at % dim + dim) % dim;
  int64_t period = std::max<int64_t>(2 * (dim - 1), 1);
  int64_t folded = (at % period + period) % period;
  return folded < dim ? folded : period - folded;
}

void evalPad(const OpCall &call, nn::PadOp op) {
  if (op.getMode() == "constant")
    return evalConstantPad(call, op);
  ArrayRef<int64_t> input = call.in(0).shape;
  SmallVector<int64_t> strides = stridesOf(input);
  unsigned bytes = call.in(0).elementBytes();
  char *target = call.out().bytes.data();
  forEachIndex(call.out().shape, [&](ArrayRef<int64_t> i) {
    int64_t source = 0;
    for (size_t d = 0; d < i.size(); ++d)
      source += outside(i[d] - op.getLow()[d], input[d], op.getMode()) * strides[d];
    std::memcpy(target, call.in(0).bytes.data() + source * bytes, bytes);
    target += bytes;
  });
}

void evalTile(const OpCall &call) {
  ArrayRef<int64_t> input = call.in(0).shape;
  SmallVector<int64_t> strides = stridesOf(input);
  unsigned bytes = call.in(0).elementBytes();
  char *target = call.out().bytes.data();
  forEachIndex(call.out().shape, [&](ArrayRef<int64_t> i) {
    int64_t source = 0;
    for (size_t d = 0; d < i.size(); ++d)
      source += i[d] % input[d] * strides[d];
    std::memcpy(target, call.in(0).bytes.data() + source * bytes, bytes);
    target += bytes;
  });
}

/// Both block ops walk the tensor with blocks in its rows and columns: [n, c, h, b, w, b].
void evalBlocks(const OpCall &call, int64_t block, StringRef mode, bool toSpace) {
  const HostTensor &spaceSide = toSpace ? call.out() : call.in(0);
  ArrayRef<int64_t> s = spaceSide.shape;
  int64_t n = s[0], c = s[1], h = s[2] / block, w = s[3] / block;
  int64_t sizes[] = {n, c, h, block, w, block};
  Side space{0, stridesOf(sizes)}, depth;
  int64_t plane = h * w;
  // Channel order (row, column, c) or (c, row, column).
  if (mode == "DCR")
    depth.strides = {c * block * block * plane, plane, w, block * c * plane, 1, c * plane};
  else
    depth.strides = {c * block * block * plane, block * block * plane, w, block * plane, 1, plane};
  if (toSpace)
    copy(call.in(0), depth, call.out(), space, sizes);
  else
    copy(call.in(0), space, call.out(), depth, sizes);
}

void evalTrilu(const OpCall &call, nn::TriluOp op) {
  call.out().bytes = call.in(0).bytes;
  ArrayRef<int64_t> shape = call.out().shape;
  int64_t rows = shape[shape.size() - 2], columns = shape.back();
  unsigned bytes = call.out().elementBytes();
  for (int64_t i = 0, count = call.out().elements(); i < count; ++i) {
    int64_t diagonal = i % columns - i / columns % rows;
    if (op.getUpper() ? diagonal < op.getK() : diagonal > op.getK())
      std::fill_n(call.out().bytes.data() + i * bytes, bytes, 0);
  }
}

void evalIota(const OpCall &call, nn::IotaOp op) {
  AxisView view(call.out().shape, op.getAxis());
  withDomain(call.out().type, EvalMode::Reference, [&](auto t) {
    std::vector<decltype(t)> out(call.out().elements());
    for (size_t i = 0; i < out.size(); ++i)
      out[i] = decltype(t)(int64_t(i) / view.after % view.dim);
    store(out, call.out());
  });
}

} // namespace

bool evalMovement(const OpCall &call) {
  bool known = true;
  llvm::TypeSwitch<Operation *>(call.op)
      .Case([&](nn::ReshapeOp) { call.out().bytes = call.in(0).bytes; })
      .Case([&](nn::BroadcastOp) {
        copy(call.in(0), {0, broadcastStrides(call.in(0).shape)}, call.out(),
             whole(call.out().shape), call.out().shape);
      })
      .Case([&](nn::TransposeOp op) { evalTranspose(call, op); })
      .Case([&](nn::SliceOp op) { evalSlice(call, op); })
      .Case([&](nn::ConcatOp op) { evalConcat(call, op); })
      .Case([&](nn::PadOp op) { evalPad(call, op); })
      .Case([&](nn::TileOp) { evalTile(call); })
      .Case([&](nn::DepthToSpaceOp op) { evalBlocks(call, op.getBlock(), op.getMode(), true); })
      .Case([&](nn::SpaceToDepthOp op) { evalBlocks(call, op.getBlock(), "DCR", false); })
      .Case([&](nn::TriluOp op) { evalTrilu(call, op); })
      .Case([&](nn::IotaOp op) { evalIota(call, op); })
      .Default([&](Operation *) { known = false; });
  return known;
}

} // namespace neuron::eval
