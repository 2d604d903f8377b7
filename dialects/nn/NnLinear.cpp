// Products and windows: generated definitions and type rules.
#include "dialects/nn/Nn.h"

#include "dialects/nn/NnInfer.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace neuron::nn;

using Types = SmallVectorImpl<Type>;
using Place = std::optional<Location>;

/// Report of the op whose adaptor the rule gets.
#define NEURON_REPORT(OP)                                                                          \
  Report report { location, OP::getOperationName() }

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                         Types &inferred) {
  NEURON_REPORT(MatmulOp);
  auto lhs = report.tensor(adaptor.getLhs(), "lhs");
  auto rhs = report.tensor(adaptor.getRhs(), "rhs");
  if (failed(lhs) || failed(rhs))
    return failure();
  std::string both = "lhs " + typeText(*lhs) + ", rhs " + typeText(*rhs);
  int64_t rank = lhs->getRank();
  if (rank != rhs->getRank() || rank < 2)
    return report.fail("(C1) ranks are not equal and at least 2: " + both);
  auto batch = broadcastShapes(report, "(C2) batch",
                               {lhs->getShape().drop_back(2), rhs->getShape().drop_back(2)});
  if (failed(batch))
    return failure();
  if (lhs->getDimSize(rank - 1) != rhs->getDimSize(rank - 2))
    return report.fail("(C3) contracted dims differ: " + both);
  if (failed(report.sameElements("(C4)", {*lhs, *rhs})))
    return failure();
  batch->push_back(lhs->getDimSize(rank - 2));
  batch->push_back(rhs->getDimSize(rank - 1));
  return report.result(*batch, lhs->getElementType(), inferred);
}

LogicalResult GemmOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                       Types &inferred) {
  NEURON_REPORT(GemmOp);
  auto lhs = report.tensor(adaptor.getLhs(), "lhs");
  auto rhs = report.tensor(adaptor.getRhs(), "rhs");
  if (failed(lhs) || failed(rhs))
    return failure();
  std::string both = "lhs " + typeText(*lhs) + ", rhs " + typeText(*rhs);
  if (lhs->getRank() != 2 || rhs->getRank() != 2)
    return report.fail("(C1) ranks are not 2: " + both);
  bool left = adaptor.getTransLhs(), right = adaptor.getTransRhs();
  if (lhs->getDimSize(left ? 0 : 1) != rhs->getDimSize(right ? 1 : 0))
    return report.fail("(C2) contracted dims differ: " + both);
  if (failed(report.sameElements("(C3)", {*lhs, *rhs})))
    return failure();
  int64_t shape[] = {lhs->getDimSize(left ? 1 : 0), rhs->getDimSize(right ? 0 : 1)};
  if (Value value = adaptor.getBias()) {
    auto bias = report.tensor(value, "bias");
    if (failed(bias) || failed(report.sameElements("(C3)", {*lhs, *bias})))
      return failure();
    if (bias->getRank() != 2 || (bias->getDimSize(0) != 1 && bias->getDimSize(0) != shape[0]) ||
        (bias->getDimSize(1) != 1 && bias->getDimSize(1) != shape[1]))
      return report.fail("(C4) bias " + typeText(*bias) + " does not broadcast to " +
                         shapeText(shape));
  }
  return report.result(shape, lhs->getElementType(), inferred);
}

//===-- convolution -----------------------------------------------------------------------===//

/// (C1), (C3), (C5), (C6) of both convolutions. `outputs` are the channels of the result.
static LogicalResult checkConvTypes(const Report &report, RankedTensorType input,
                                    RankedTensorType weight, Value biasValue, int64_t groups,
                                    int64_t channels, int64_t outputs, int64_t divided) {
  std::string both = "input " + typeText(input) + ", weight " + typeText(weight);
  if (groups < 1 || divided % groups != 0 || channels != input.getDimSize(1))
    return report.fail("(C3) channels do not agree for " + Twine(groups) + " groups: " + both);
  if (failed(report.sameElements("(C6)", {input, weight})))
    return failure();
  if (!biasValue)
    return success();
  auto bias = report.tensor(biasValue, "bias");
  if (failed(bias) || failed(report.sameElements("(C6)", {input, *bias})))
    return failure();
  if (bias->getRank() != 1 || bias->getDimSize(0) != outputs)
    return report.fail("(C5) bias " + typeText(*bias) + " has not one entry for each of " +
                       Twine(outputs) + " output channels");
  return success();
}

LogicalResult ConvOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                       Types &inferred) {
  NEURON_REPORT(ConvOp);
  auto input = report.tensor(adaptor.getInput(), "input");
  auto weight = report.tensor(adaptor.getWeight(), "weight");
  if (failed(input) || failed(weight))
    return failure();
  if (input->getRank() != weight->getRank() || input->getRank() < 3)
    return report.fail("(C1) ranks are not equal and at least 3: input " + typeText(*input) +
                       ", weight " + typeText(*weight));
  int64_t groups = adaptor.getGroups(), outputs = weight->getDimSize(0), channels;
  if (llvm::MulOverflow(groups, weight->getDimSize(1), channels))
    channels = -1;
  if (failed(checkConvTypes(report, *input, *weight, adaptor.getBias(), groups, channels, outputs,
                            outputs)))
    return failure();
  auto window = makeWindow(report, weight->getShape().drop_front(2), adaptor.getStrides(),
                           adaptor.getDilations(), adaptor.getPadsLow(), adaptor.getPadsHigh());
  SmallVector<int64_t> shape{input->getDimSize(0), outputs};
  if (failed(window) || failed(appendWindowDims(report, input->getShape().drop_front(2), *window,
                                                /*ceilMode=*/false, shape)))
    return failure();
  return report.result(shape, input->getElementType(), inferred);
}

LogicalResult ConvTransposeOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                                Types &inferred) {
  NEURON_REPORT(ConvTransposeOp);
  auto input = report.tensor(adaptor.getInput(), "input");
  auto weight = report.tensor(adaptor.getWeight(), "weight");
  if (failed(input) || failed(weight))
    return failure();
  if (input->getRank() != weight->getRank() || input->getRank() < 3)
    return report.fail("(C1) ranks are not equal and at least 3: input " + typeText(*input) +
                       ", weight " + typeText(*weight));
  int64_t groups = adaptor.getGroups(), outputs;
  if (llvm::MulOverflow(groups, weight->getDimSize(1), outputs))
    return report.fail("(C3) " + Twine(groups) + " groups are too many");
  if (failed(checkConvTypes(report, *input, *weight, adaptor.getBias(), groups,
                            weight->getDimSize(0), outputs, weight->getDimSize(0))))
    return failure();
  auto window = makeWindow(report, weight->getShape().drop_front(2), adaptor.getStrides(),
                           adaptor.getDilations(), adaptor.getPadsLow(), adaptor.getPadsHigh());
  if (failed(window))
    return failure();
  ArrayRef<int64_t> extra = adaptor.getOutputPads();
  if (!extra.empty() && extra.size() != window->kernel.size())
    return report.fail("(C7) output_pads has " + Twine(extra.size()) + " entries, expected " +
                       Twine(window->kernel.size()));
  SmallVector<int64_t> shape{input->getDimSize(0), outputs};
  for (auto [i, dim] : llvm::enumerate(input->getShape().drop_front(2))) {
    int64_t appended = extra.empty() ? 0 : extra[i];
    if (appended < 0 ||
        (appended > 0 && appended >= std::max(window->strides[i], window->dilations[i])))
      return report.fail("(C7) output_pads " + shapeText(extra) +
                         " has an entry outside [0, max(stride, dilation))");
    __int128 size = __int128(dim - 1) * window->strides[i] + window->span(i) + appended -
                    window->padsLow[i] - window->padsHigh[i];
    if (dim < 1 || size < 0 || size > kMaxElements)
      return report.fail("(C4) spatial dim " + Twine(i) + " of " + Twine(dim) +
                         " gives no result for its window and pads");
    shape.push_back(size);
  }
  return report.result(shape, input->getElementType(), inferred);
}

//===-- pools -----------------------------------------------------------------------------===//

template <class Adaptor>
static LogicalResult inferPool(const Report &report, Adaptor adaptor, Types &inferred) {
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  ArrayRef<int64_t> kernel = adaptor.getKernel();
  if (input->getRank() < 3 || int64_t(kernel.size()) != input->getRank() - 2)
    return report.fail("(C1) kernel " + shapeText(kernel) +
                       " has not one entry a spatial dim of input " + typeText(*input));
  auto window = makeWindow(report, kernel, adaptor.getStrides(), adaptor.getDilations(),
                           adaptor.getPadsLow(), adaptor.getPadsHigh());
  if (failed(window))
    return failure();
  for (size_t i = 0; i < kernel.size(); ++i)
    if (std::max(window->padsLow[i], window->padsHigh[i]) >= window->span(i))
      return report.fail("(C2) pads " + Twine(window->padsLow[i]) + " and " +
                         Twine(window->padsHigh[i]) + " are not smaller than the window of " +
                         Twine(window->span(i)));
  SmallVector<int64_t> shape(input->getShape().take_front(2));
  if (failed(appendWindowDims(report, input->getShape().drop_front(2), *window,
                              adaptor.getCeilMode(), shape)))
    return failure();
  return report.result(shape, input->getElementType(), inferred);
}

LogicalResult MaxPoolOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                          Types &inferred) {
  NEURON_REPORT(MaxPoolOp);
  return inferPool(report, adaptor, inferred);
}

LogicalResult AvgPoolOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                          Types &inferred) {
  NEURON_REPORT(AvgPoolOp);
  auto input = report.tensor(adaptor.getInput(), "input");
  if (succeeded(input) && !isa<FloatType>(input->getElementType()))
    return report.fail("(C5) elements of input " + typeText(*input) + " are not floating-point");
  return inferPool(report, adaptor, inferred);
}

static LogicalResult inferGlobalPool(const Report &report, Value value, Types &inferred) {
  auto input = report.tensor(value, "input");
  if (failed(input))
    return failure();
  if (input->getRank() < 3)
    return report.fail("(C1) rank of input " + typeText(*input) + " is below 3");
  SmallVector<int64_t> shape(input->getRank(), 1);
  shape[0] = input->getDimSize(0);
  shape[1] = input->getDimSize(1);
  return report.result(shape, input->getElementType(), inferred);
}

LogicalResult GlobalAvgPoolOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                                Types &inferred) {
  NEURON_REPORT(GlobalAvgPoolOp);
  return inferGlobalPool(report, adaptor.getInput(), inferred);
}

LogicalResult GlobalMaxPoolOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                                Types &inferred) {
  NEURON_REPORT(GlobalMaxPoolOp);
  return inferGlobalPool(report, adaptor.getInput(), inferred);
}

//===-- attention -------------------------------------------------------------------------===//

LogicalResult AttentionOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                            Types &inferred) {
  NEURON_REPORT(AttentionOp);
  auto query = report.tensor(adaptor.getQuery(), "query");
  auto key = report.tensor(adaptor.getKey(), "key");
  auto value = report.tensor(adaptor.getValue(), "value");
  if (failed(query) || failed(key) || failed(value))
    return failure();
  std::string all =
      "query " + typeText(*query) + ", key " + typeText(*key) + ", value " + typeText(*value);
  if (query->getRank() != 4 || key->getRank() != 4 || value->getRank() != 4 ||
      query->getDimSize(0) != key->getDimSize(0) || query->getDimSize(0) != value->getDimSize(0))
    return report.fail("(C1) operands are not of rank 4 with one batch size: " + all);
  if (failed(report.sameElements("(C1)", {*query, *key, *value})))
    return failure();
  ArrayRef<int64_t> q = query->getShape(), k = key->getShape(), v = value->getShape();
  if (k[1] != v[1] || k[2] != v[2] || q[3] != k[3])
    return report.fail("(C2) heads, lengths or depths do not agree: " + all);
  if (k[1] == 0 || q[1] % k[1] != 0)
    return report.fail("(C3) heads of query are not a multiple of those of key: " + all);
  if (adaptor.getMask()) {
    auto mask = report.tensor(adaptor.getMask(), "mask");
    if (failed(mask) || failed(report.sameElements("(C1)", {*query, *mask})))
      return failure();
    int64_t scores[] = {q[0], q[1], q[2], k[2]};
    bool fits = mask->getRank() == 4;
    for (int i = 0; fits && i < 4; ++i)
      fits = mask->getDimSize(i) == 1 || mask->getDimSize(i) == scores[i];
    if (!fits)
      return report.fail("(C4) mask " + typeText(*mask) + " does not broadcast to " +
                         shapeText(scores));
  }
  return report.result({q[0], q[1], q[2], v[3]}, query->getElementType(), inferred);
}

LogicalResult RopeOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                       Types &inferred) {
  NEURON_REPORT(RopeOp);
  auto x = report.tensor(adaptor.getX(), "x");
  auto cos = report.tensor(adaptor.getCos(), "cos");
  auto sin = report.tensor(adaptor.getSin(), "sin");
  if (failed(x) || failed(cos) || failed(sin) ||
      failed(report.sameElements("(C1)", {*x, *cos, *sin})))
    return failure();
  std::string all = "x " + typeText(*x) + ", cos " + typeText(*cos) + ", sin " + typeText(*sin);
  int64_t rank = x->getRank();
  if (rank == 0 || cos->getRank() != rank || sin->getRank() != rank)
    return report.fail("(C1) operands have not one rank of at least 1: " + all);
  if (x->getDimSize(rank - 1) % 2)
    return report.fail("(C2) rows have no halves: " + all);
  bool fits = cos->getShape() == sin->getShape();
  for (int64_t i = 0; fits && i < rank; ++i)
    fits = cos->getDimSize(i) == x->getDimSize(i) || (cos->getDimSize(i) == 1 && i + 1 < rank);
  if (!fits)
    return report.fail("(C3) cos and sin do not fit the rows: " + all);
  inferred.push_back(*x);
  return success();
}

#define GET_OP_CLASSES
#include "dialects/nn/NnLinear.cpp.inc"

void neuron::nn::insertLinearOps(Dialect &dialect) {
  insertOps<
#define GET_OP_LIST
#include "dialects/nn/NnLinear.cpp.inc"
      >(dialect);
}
