// Reductions and pools as instances of the map-reduce template.
#include "passes/templates/IntegerBody.h"
#include "passes/templates/MapReduce.h"
#include "passes/templates/PoolWindows.h"
#include "passes/templates/RowReduce.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"

#include <limits>

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

constexpr StringRef kGenericPool = "reads its windows from device memory, since not even a row of "
                                   "results fits on chip or there are three spatial dims";
constexpr float kLargest = std::numeric_limits<float>::max();

void copyBody(TileBuilder &tiles, ArrayRef<Ref> inputs, const Ref &dst) {
  tiles.copy(dst, inputs[0]);
}

/// What a reduction combines with, from what it starts.
struct Combination {
  StringRef op;
  isa::AluOp combine;
  float identity;
  bool mean;
};

constexpr Combination kCombinations[] = {
    {"nn.reduce_sum", isa::AluOp::Add, 0, false},
    {"nn.reduce_mean", isa::AluOp::Add, 0, true},
    {"nn.reduce_max", isa::AluOp::Max, -std::numeric_limits<float>::infinity(), false},
    {"nn.reduce_min", isa::AluOp::Min, std::numeric_limits<float>::infinity(), false},
    {"nn.reduce_prod", isa::AluOp::Multiply, 1, false},
};

/// Whether f32 holds every partial sum: the values are truths or bytes, and few enough.
bool sumsFitF32(Operation *op, isa::AluOp combine, int64_t count) {
  auto from = op->getOperand(0).getDefiningOp<nn::CastOp>();
  if (!from || combine != isa::AluOp::Add)
    return false;
  Type element = cast<RankedTensorType>(from.getInput().getType()).getElementType();
  return element.isIntOrFloat() && mlir::isa<IntegerType>(element) &&
         element.getIntOrFloatBitWidth() <= 8 && count <= (int64_t(1) << 16);
}

template <class Pool> HbmView paddedInput(Pool pool, Context &context, HbmView input, float value) {
  HbmView result = input;
  SmallVector<int64_t> low(input.shape.size(), 0);
  auto type = cast<RankedTensorType>(pool.getResult().getType());
  auto entry = [](ArrayRef<int64_t> list, size_t i, int64_t missing) {
    return list.empty() ? missing : list[i];
  };
  bool pads = false;
  for (size_t d = 2; d < input.shape.size(); ++d) {
    // The last window may reach beyond the stated pads when the result's dim is rounded up.
    int64_t reach = (type.getDimSize(d) - 1) * entry(pool.getStrides(), d - 2, 1) +
                    (pool.getKernel()[d - 2] - 1) * entry(pool.getDilations(), d - 2, 1) + 1;
    low[d] = entry(pool.getPadsLow(), d - 2, 0);
    result.shape[d] = std::max(reach, low[d] + input.shape[d]);
    pads |= result.shape[d] != input.shape[d];
  }
  if (!pads)
    return input;
  HbmView padded = context.homes.scratch(input.dtype, result.shape);
  fill(context.tiles, padded, value);
  move(context.tiles, window(padded, low, input.shape), input);
  return padded;
}

/// Windows of the padded input as parallel dims [n, c, out...] and reduced dims [kernel...].
template <class Pool> MapReduce windows(Pool pool, HbmView input, HbmView output) {
  MapReduce problem;
  problem.parallel = output.shape;
  problem.reduced.assign(pool.getKernel().begin(), pool.getKernel().end());
  problem.output = output;
  HbmView view = input;
  for (size_t d = 2; d < input.shape.size(); ++d) {
    int64_t stride = pool.getStrides().empty() ? 1 : pool.getStrides()[d - 2];
    int64_t dilation = pool.getDilations().empty() ? 1 : pool.getDilations()[d - 2];
    view.strides[d] = input.strides[d] * stride;
    view.strides.push_back(input.strides[d] * dilation);
  }
  problem.inputs = {view};
  return problem;
}

/// [n, c, rows, columns], from three dims or four.
HbmView asImages(HbmView view) {
  if (view.shape.size() == 3) {
    view.shape.insert(view.shape.begin() + 2, 1);
    view.strides.insert(view.strides.begin() + 2, 0);
  }
  return view;
}

/// The windows of a pool that reads them on chip; none for more than two spatial dims.
template <class Pool>
std::optional<PoolWindows> windowsOnChip(Pool pool, const HbmView &input, const HbmView &output) {
  size_t spatial = input.shape.size() - 2;
  if (spatial < 1 || spatial > 2 || !isFloat(input.dtype))
    return std::nullopt;
  PoolWindows result;
  result.input = asImages(input);
  result.output = asImages(output);
  for (size_t i = 0; i < spatial; ++i) {
    size_t d = 2 - spatial + i;
    result.kernel[d] = pool.getKernel()[i];
    result.stride[d] = pool.getStrides().empty() ? 1 : pool.getStrides()[i];
    result.dilation[d] = pool.getDilations().empty() ? 1 : pool.getDilations()[i];
    result.low[d] = pool.getPadsLow().empty() ? 0 : pool.getPadsLow()[i];
  }
  return result;
}

bool lowerMaxPool(nn::MaxPoolOp pool, Context &context, const HbmView &input,
                  const HbmView &output) {
  std::optional<PoolWindows> windows = windowsOnChip(pool, input, output);
  if (!windows)
    return false;
  windows->border = -std::numeric_limits<float>::infinity();
  return lowerPoolWindows(context, *windows);
}

/// Only where every window has the same number of elements.
bool lowerAvgPool(nn::AvgPoolOp pool, Context &context, const HbmView &input,
                  const HbmView &output) {
  std::optional<PoolWindows> windows = windowsOnChip(pool, input, output);
  if (!windows)
    return false;
  for (unsigned d = 0; d < 2; ++d)
    if (windows->low[d] != 0 ||
        windows->reach(d, windows->output.shape[2 + d]) > windows->input.shape[2 + d])
      return false;
  windows->combine = isa::AluOp::Add;
  windows->finish = 1.0f / float(windows->kernel[0] * windows->kernel[1]);
  return lowerPoolWindows(context, *windows);
}

/// 1 / (elements of the input in each window), for windows that reach into padding.
HbmView windowShares(nn::AvgPoolOp pool, Context &context, ArrayRef<int64_t> input,
                     ArrayRef<int64_t> output) {
  SmallVector<float> shares = {1};
  for (size_t d = 2; d < output.size(); ++d) {
    SmallVector<float> next;
    int64_t stride = pool.getStrides().empty() ? 1 : pool.getStrides()[d - 2];
    int64_t dilation = pool.getDilations().empty() ? 1 : pool.getDilations()[d - 2];
    int64_t low = pool.getPadsLow().empty() ? 0 : pool.getPadsLow()[d - 2];
    int64_t high = pool.getPadsHigh().empty() ? 0 : pool.getPadsHigh()[d - 2];
    int64_t first = pool.getCountIncludePad() ? -low : 0;
    int64_t last = input[d] + (pool.getCountIncludePad() ? high : 0);
    for (float share : shares)
      for (int64_t o = 0; o < output[d]; ++o) {
        int64_t count = 0;
        for (int64_t k = 0; k < pool.getKernel()[d - 2]; ++k) {
          int64_t at = o * stride - low + k * dilation;
          count += at >= first && at < last;
        }
        next.push_back(share / float(std::max<int64_t>(1, count)));
      }
    shares = std::move(next);
  }
  return context.homes.constant(shares, output.drop_front(2));
}

} // namespace

LogicalResult templates::lowerReduce(Operation *op, Context &context) {
  const auto *row = llvm::find_if(kCombinations, [&](const Combination &combination) {
    return combination.op == op->getName().getStringRef();
  });
  FailureOr<HbmView> input = context.homes.of(op->getOperand(0));
  FailureOr<HbmView> result = context.homes.forResult(op->getResult(0));
  if (failed(input) || failed(result))
    return failure();
  ArrayRef<int64_t> axes = op->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef();
  MapReduce problem;
  HbmView view = *input;
  view.strides.clear();
  SmallVector<int64_t> reducedStrides, outputStrides;
  bool keepsDims = result->shape.size() == input->shape.size();
  size_t out = 0;
  for (size_t d = 0; d < input->shape.size(); ++d) {
    if (llvm::is_contained(axes, int64_t(d))) {
      problem.reduced.push_back(input->shape[d]);
      reducedStrides.push_back(input->strides[d]);
      out += keepsDims;
      continue;
    }
    problem.parallel.push_back(input->shape[d]);
    view.strides.push_back(input->strides[d]);
    outputStrides.push_back(result->strides[out++]);
  }
  view.strides.append(reducedStrides);
  problem.inputs = {view};
  problem.output = *result;
  problem.output.strides = outputStrides;
  problem.combine = row->combine;
  problem.identity = row->identity;
  int64_t count = 1;
  for (int64_t size : problem.reduced)
    count *= size;
  if (row->mean && isInteger(input->dtype) && count > 1)
    return op->emitOpError("averages ") << count
                                        << " integers: a sum of more than 32768 may leave "
                                           "32 bits; average f32, or in two steps";
  problem.finish = row->mean ? 1.0f / float(count) : 1.0f;
  if (isWord(input->dtype) && !sumsFitF32(op, row->combine, count))
    problem.accumulator = input->dtype;
  if (result->elements() == 0 || reduceRows(context, problem))
    return success();
  context.fellBack(op, "reduced by the generic template, since its rows do not lie in order or "
                       "do not fit");
  lowerMapReduce(context, problem, copyBody);
  return success();
}

LogicalResult templates::lowerPool(Operation *op, Context &context) {
  FailureOr<HbmView> input = context.homes.of(op->getOperand(0));
  FailureOr<HbmView> result = context.homes.forResult(op->getResult(0));
  if (failed(input) || failed(result))
    return failure();
  if (llvm::is_contained(result->shape, 0))
    return success();
  if (auto pool = dyn_cast<nn::MaxPoolOp>(op)) {
    if (lowerMaxPool(pool, context, *input, *result))
      return success();
    context.fellBack(pool, kGenericPool);
    MapReduce problem = windows(pool, paddedInput(pool, context, *input, -kLargest), *result);
    problem.combine = isa::AluOp::Max;
    problem.identity = -kLargest;
    if (isWord(problem.inputs[0].dtype))
      problem.accumulator = problem.inputs[0].dtype;
    lowerMapReduce(context, problem, copyBody);
    return success();
  }
  auto pool = cast<nn::AvgPoolOp>(op);
  if (lowerAvgPool(pool, context, *input, *result))
    return success();
  context.fellBack(pool, kGenericPool);
  HbmView padded = paddedInput(pool, context, *input, 0);
  if (padded.segment == input->segment) {
    MapReduce problem = windows(pool, padded, *result);
    for (int64_t size : problem.reduced)
      problem.finish /= float(size);
    lowerMapReduce(context, problem, copyBody);
    return success();
  }
  HbmView sums = context.homes.scratch(DType::F32, result->shape);
  lowerMapReduce(context, windows(pool, padded, sums), copyBody);
  HbmView shares = windowShares(pool, context, input->shape, result->shape);
  shares.strides.insert(shares.strides.begin(), 2, 0);
  MapReduce scale;
  scale.parallel = result->shape;
  scale.inputs = {sums, shares};
  scale.output = *result;
  lowerMapReduce(context, scale, [](TileBuilder &tiles, ArrayRef<Ref> in, const Ref &dst) {
    tiles.tensorTensor(dst, in[0], in[1], isa::AluOp::Multiply);
  });
  return success();
}
