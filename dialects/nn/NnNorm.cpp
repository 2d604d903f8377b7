// Normalisations: generated definitions and type rules.
#include "dialects/nn/Nn.h"

#include "dialects/nn/NnInfer.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace neuron::nn;

using Types = SmallVectorImpl<Type>;
using Place = std::optional<Location>;

/// The type of input, with (C1) checked for `axis` and the result inferred.
static LogicalResult inferLikeInput(const Report &report, Value value, int64_t axis,
                                    Types &inferred) {
  auto input = report.tensor(value, "input");
  if (failed(input) || failed(report.axis(axis, input->getRank())))
    return failure();
  inferred.push_back(*input);
  return success();
}

/// A parameter has the shape `expected`, by the constraint `shapeLabel`, and (C3) the element type
/// of input.
static LogicalResult checkParameter(const Report &report, StringRef role, Value value,
                                    ArrayRef<int64_t> expected, Type input,
                                    StringRef shapeLabel = "(C2) ") {
  if (!value)
    return success();
  auto type = report.tensor(value, role);
  if (failed(type) || failed(report.sameElements("(C3)", {cast<RankedTensorType>(input), *type})))
    return failure();
  if (type->getShape() != expected)
    return report.fail(shapeLabel + role + " has shape " + shapeText(type->getShape()) +
                       ", expected " + shapeText(expected));
  return success();
}

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                          Types &inferred) {
  Report report{location, getOperationName()};
  return inferLikeInput(report, adaptor.getInput(), adaptor.getAxis(), inferred);
}

LogicalResult LogSoftmaxOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                             Types &inferred) {
  Report report{location, getOperationName()};
  return inferLikeInput(report, adaptor.getInput(), adaptor.getAxis(), inferred);
}

LogicalResult LayerNormOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                            Types &inferred) {
  Report report{location, getOperationName()};
  if (failed(inferLikeInput(report, adaptor.getInput(), adaptor.getAxis(), inferred)))
    return failure();
  auto tail = cast<RankedTensorType>(inferred[0]).getShape().drop_front(adaptor.getAxis());
  if (failed(checkParameter(report, "scale", adaptor.getScale(), tail, inferred[0])))
    return failure();
  return checkParameter(report, "bias", adaptor.getBias(), tail, inferred[0]);
}

LogicalResult RmsNormOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                          Types &inferred) {
  Report report{location, getOperationName()};
  if (failed(inferLikeInput(report, adaptor.getInput(), adaptor.getAxis(), inferred)))
    return failure();
  auto tail = cast<RankedTensorType>(inferred[0]).getShape().drop_front(adaptor.getAxis());
  return checkParameter(report, "scale", adaptor.getScale(), tail, inferred[0]);
}

/// Infers the type of input, which has `least` dims or more, and returns its channels.
static FailureOr<int64_t> inferChannels(const Report &report, Value value, int64_t least,
                                        Types &inferred) {
  auto input = report.tensor(value, "input");
  if (failed(input))
    return failure();
  if (input->getRank() < least)
    return report.fail("(C1) rank of input " + typeText(*input) + " is below " + Twine(least));
  inferred.push_back(*input);
  return input->getDimSize(1);
}

LogicalResult BatchNormOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                            Types &inferred) {
  Report report{location, getOperationName()};
  auto channels = inferChannels(report, adaptor.getInput(), 2, inferred);
  if (failed(channels))
    return failure();
  std::pair<StringRef, Value> parameters[] = {{"scale", adaptor.getScale()},
                                              {"bias", adaptor.getBias()},
                                              {"mean", adaptor.getMean()},
                                              {"variance", adaptor.getVariance()}};
  for (auto [role, value] : parameters)
    if (failed(checkParameter(report, role, value, *channels, inferred[0])))
      return failure();
  return success();
}

LogicalResult GroupNormOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                            Types &inferred) {
  Report report{location, getOperationName()};
  auto channels = inferChannels(report, adaptor.getInput(), 3, inferred);
  if (failed(channels))
    return failure();
  if (adaptor.getGroups() < 1 || *channels % adaptor.getGroups() != 0)
    return report.fail("(C2) " + Twine(adaptor.getGroups()) + " groups do not divide " +
                       Twine(*channels) + " channels");
  if (failed(checkParameter(report, "scale", adaptor.getScale(), *channels, inferred[0], "(C3) ")))
    return failure();
  return checkParameter(report, "bias", adaptor.getBias(), *channels, inferred[0], "(C3) ");
}

LogicalResult LrnOp::inferReturnTypes(MLIRContext *, Place location, Adaptor adaptor,
                                      Types &inferred) {
  Report report{location, getOperationName()};
  if (adaptor.getSize() < 1)
    return report.fail("(C1) size " + Twine(adaptor.getSize()) + " is not positive");
  return LogicalResult(inferChannels(report, adaptor.getInput(), 3, inferred));
}

#define GET_OP_CLASSES
#include "dialects/nn/NnNorm.cpp.inc"

void neuron::nn::insertNormOps(Dialect &dialect) {
  insertOps<
#define GET_OP_LIST
#include "dialects/nn/NnNorm.cpp.inc"
      >(dialect);
}
