// Transposed convolutions and the variants of pools.
#include "dialects/nn/NnInfer.h"
#include "passes/normalise/Decompose.h"

using namespace mlir;

namespace neuron::passes {
namespace {

template <class OpTy> nn::Window windowOf(OpTy op, ArrayRef<int64_t> kernel) {
  nn::Report silent{std::nullopt, OpTy::getOperationName()};
  return *nn::makeWindow(silent, kernel, op.getStrides(), op.getDilations(), op.getPadsLow(),
                         op.getPadsHigh());
}

/// Weights [c, o / groups, k] turned to [o, c / groups, k] with every spatial dim reversed.
Value turnWeights(Value weight, int64_t groups, OpEmitter &emit) {
  Dims shape(shapeOf(weight)), starts(shape.size(), 0), steps(shape.size(), 1);
  for (size_t i = 2; i < shape.size(); ++i) {
    starts[i] = shape[i] - 1;
    steps[i] = -1;
  }
  Value flipped = emit.slice(weight, starts, shape, steps);
  int64_t inputs = shape[0] / groups, outputs = shape[1];
  Dims split{groups, inputs, outputs}, perm{0, 2, 1}, joined{groups * outputs, inputs};
  for (size_t i = 2; i < shape.size(); ++i) {
    split.push_back(shape[i]);
    perm.push_back(i + 1);
    joined.push_back(shape[i]);
  }
  return emit.reshape(emit.transpose(emit.reshape(flipped, split), perm), joined);
}

/// The gradient of a convolution is a convolution with turned weights over the input with
/// stride - 1 zeros between its elements.
Value convTranspose(nn::ConvTransposeOp op, OpEmitter &emit) {
  ArrayRef<int64_t> weight = shapeOf(op.getWeight());
  nn::Window window = windowOf(op, weight.drop_front(2));
  Dims low(2, 0), high(2, 0), interior(2, 0);
  for (size_t i = 0; i < window.kernel.size(); ++i) {
    int64_t reach = window.span(i) - 1;
    low.push_back(reach - window.padsLow[i]);
    high.push_back(reach - window.padsHigh[i] +
                   (op.getOutputPads().empty() ? 0 : op.getOutputPads()[i]));
    interior.push_back(window.strides[i] - 1);
  }
  Value spread =
      emit.make<nn::PadOp>(op.getInput(), {emit.named("low", low), emit.named("high", high),
                                           emit.named("interior", interior)});
  SmallVector<Value> operands{spread, turnWeights(op.getWeight(), op.getGroups(), emit)};
  if (op.getBias())
    operands.push_back(op.getBias());
  return emit.make<nn::ConvOp>(
      operands, {emit.named("dilations", window.dilations), emit.named("groups", op.getGroups())});
}

//===-- pools -----------------------------------------------------------------------------===//

Value globalPool(Operation *op, OpEmitter &emit) {
  Value x = op->getOperand(0);
  Dims axes = llvm::to_vector<6>(llvm::seq<int64_t>(2, typeOf(x).getRank()));
  if (isa<nn::GlobalMaxPoolOp>(op))
    return emit.reduce<nn::ReduceMaxOp>(x, axes);
  Type element = elementOf(x);
  bool narrow = element.isF16() || element.isBF16();
  Value wide = narrow ? emit.cast(x, emit.builder.getF32Type()) : x;
  return emit.cast(emit.reduce<nn::ReduceMeanOp>(wide, axes), element);
}

/// High pads with which `output` windows fit exactly, without ceil mode.
Dims exactHighPads(const nn::Window &window, ArrayRef<int64_t> input, ArrayRef<int64_t> output) {
  Dims pads;
  for (size_t i = 0; i < input.size(); ++i)
    pads.push_back(std::max(window.padsHigh[i], (output[i] - 1) * window.strides[i] +
                                                    window.span(i) - input[i] - window.padsLow[i]));
  return pads;
}

template <class OpTy>
SmallVector<NamedAttribute> poolAttributes(OpTy op, const nn::Window &window,
                                           ArrayRef<int64_t> padsHigh, OpEmitter &emit) {
  return {emit.named("kernel", op.getKernel()), emit.named("strides", window.strides),
          emit.named("dilations", window.dilations), emit.named("pads_low", window.padsLow),
          emit.named("pads_high", padsHigh)};
}

Value maxPool(nn::MaxPoolOp op, OpEmitter &emit) {
  if (!op.getCeilMode())
    return nullptr;
  nn::Window window = windowOf(op, op.getKernel());
  Dims high = exactHighPads(window, shapeOf(op.getInput()).drop_front(2),
                            shapeOf(op.getResult()).drop_front(2));
  return emit.make<nn::MaxPoolOp>(op.getInput(), poolAttributes(op, window, high, emit));
}

/// For every window along one dim: all taps over those that count.
std::vector<double> tapRatios(const nn::Window &window, unsigned dim, int64_t input, int64_t output,
                              bool includePad) {
  std::vector<double> ratios;
  for (int64_t at = 0; at < output; ++at) {
    int64_t counted = 0;
    for (int64_t tap = 0; tap < window.kernel[dim]; ++tap) {
      int64_t p = at * window.strides[dim] + tap * window.dilations[dim] - window.padsLow[dim];
      counted += includePad ? p < input + window.padsHigh[dim] : p >= 0 && p < input;
    }
    ratios.push_back(double(window.kernel[dim]) / double(counted));
  }
  return ratios;
}

/// A pool in which every tap counts, times what corrects that, one vector a spatial dim.
Value avgPool(nn::AvgPoolOp op, OpEmitter &emit) {
  nn::Window window = windowOf(op, op.getKernel());
  ArrayRef<int64_t> input = shapeOf(op.getInput()).drop_front(2);
  ArrayRef<int64_t> output = shapeOf(op.getResult()).drop_front(2);
  Dims high = exactHighPads(window, input, output);
  bool pads = llvm::any_of(window.padsLow, [](int64_t v) { return v > 0; }) ||
              llvm::any_of(high, [](int64_t v) { return v > 0; });
  if (!op.getCeilMode() && (!pads || op.getCountIncludePad()))
    return nullptr;
  auto attributes = poolAttributes(op, window, high, emit);
  attributes.push_back({emit.name("count_include_pad"), emit.builder.getBoolAttr(true)});
  Value y = emit.make<nn::AvgPoolOp>(op.getInput(), attributes);
  int64_t rank = typeOf(y).getRank();
  for (size_t i = 0; i < input.size(); ++i) {
    std::vector<double> ratios = tapRatios(window, i, input[i], output[i], op.getCountIncludePad());
    if (llvm::any_of(ratios, [](double ratio) { return ratio != 1; }))
      y = emit.multiply(y, emit.along(emit.numbers(ratios, elementOf(y)), i + 2, rank));
  }
  return y;
}

} // namespace

Value decomposeWindow(Operation *op, OpEmitter &emit) {
  if (auto conv = dyn_cast<nn::ConvTransposeOp>(op))
    return convTranspose(conv, emit);
  if (isa<nn::GlobalAvgPoolOp, nn::GlobalMaxPoolOp>(op))
    return globalPool(op, emit);
  if (auto pool = dyn_cast<nn::MaxPoolOp>(op))
    return maxPool(pool, emit);
  if (auto pool = dyn_cast<nn::AvgPoolOp>(op))
    return avgPool(pool, emit);
  return nullptr;
}

} // namespace neuron::passes
