// Reductions and scans: generated definitions and type rules.
#include "dialects/nn/Nn.h"

#include "dialects/nn/NnInfer.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace neuron::nn;

using Types = SmallVectorImpl<Type>;
using Place = std::optional<Location>;

static SmallVector<int64_t> reducedShape(ArrayRef<int64_t> shape, ArrayRef<int64_t> axes,
                                         bool keepDims) {
  SmallVector<int64_t> result;
  for (auto [axis, dim] : llvm::enumerate(shape)) {
    bool reduced = llvm::is_contained(axes, int64_t(axis));
    if (!reduced || keepDims)
      result.push_back(reduced ? 1 : dim);
  }
  return result;
}

template <class Adaptor>
static LogicalResult inferReduce(const Report &report, Adaptor adaptor, Types &inferred) {
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input))
    return failure();
  ArrayRef<int64_t> axes = adaptor.getAxes();
  for (auto [i, axis] : llvm::enumerate(axes))
    if (axis < 0 || axis >= input->getRank() || (i > 0 && axis <= axes[i - 1]))
      return report.fail("(C1) axes " + shapeText(axes) + " are not rising in [0, " +
                         Twine(input->getRank()) + ")");
  return report.result(reducedShape(input->getShape(), axes, adaptor.getKeepDims()),
                       input->getElementType(), inferred);
}

#define NEURON_REDUCE(OP)                                                                          \
  LogicalResult OP::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,               \
                                     Types &inferred) {                                            \
    return inferReduce({location, getOperationName()}, adaptor, inferred);                         \
  }
NEURON_REDUCE(ReduceSumOp)
NEURON_REDUCE(ReduceMeanOp)
NEURON_REDUCE(ReduceMaxOp)
NEURON_REDUCE(ReduceMinOp)
NEURON_REDUCE(ReduceProdOp)
NEURON_REDUCE(ReduceL1Op)
NEURON_REDUCE(ReduceL2Op)
NEURON_REDUCE(ReduceSumSquareOp)
NEURON_REDUCE(ReduceLogSumOp)
NEURON_REDUCE(ReduceLogSumExpOp)
#undef NEURON_REDUCE

template <class Adaptor>
static LogicalResult inferArgReduce(const Report &report, Adaptor adaptor, Types &inferred) {
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input) || failed(report.axis(adaptor.getAxis(), input->getRank())))
    return failure();
  if (input->getDimSize(adaptor.getAxis()) == 0)
    return report.fail("(C1) dim " + Twine(adaptor.getAxis()) + " of input " + typeText(*input) +
                       " is empty");
  int64_t axis = adaptor.getAxis();
  return report.result(reducedShape(input->getShape(), axis, adaptor.getKeepDims()),
                       IntegerType::get(input->getContext(), 64), inferred);
}

LogicalResult ArgMaxOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                         Types &inferred) {
  return inferArgReduce({location, getOperationName()}, adaptor, inferred);
}

LogicalResult ArgMinOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                         Types &inferred) {
  return inferArgReduce({location, getOperationName()}, adaptor, inferred);
}

LogicalResult TopkOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                       Types &inferred) {
  Report report{location, getOperationName()};
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input) || failed(report.axis(adaptor.getAxis(), input->getRank())))
    return failure();
  SmallVector<int64_t> shape(input->getShape());
  int64_t &dim = shape[adaptor.getAxis()];
  if (adaptor.getK() < 0 || adaptor.getK() > dim)
    return report.fail("(C2) k " + Twine(adaptor.getK()) + " is not in [0, " + Twine(dim) + "]");
  dim = adaptor.getK();
  if (failed(report.result(shape, input->getElementType(), inferred)))
    return failure();
  return report.result(shape, IntegerType::get(input->getContext(), 64), inferred);
}

LogicalResult CumsumOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                         Types &inferred) {
  Report report{location, getOperationName()};
  auto input = report.tensor(adaptor.getInput(), "input");
  if (failed(input) || failed(report.axis(adaptor.getAxis(), input->getRank())))
    return failure();
  inferred.push_back(*input);
  return success();
}

#define GET_OP_CLASSES
#include "dialects/nn/NnReduce.cpp.inc"

void neuron::nn::insertReduceOps(Dialect &dialect) {
  insertOps<
#define GET_OP_LIST
#include "dialects/nn/NnReduce.cpp.inc"
      >(dialect);
}
