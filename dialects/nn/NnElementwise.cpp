// Elementwise ops: generated definitions and their one type rule.
#include "dialects/nn/Nn.h"

#include "dialects/nn/NnInfer.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;

namespace neuron::nn {

/// (C1) operands have one rank. (C2) their dims are equal or 1. (C3) element types are equal.
/// (C4) the predicate of a choice is boolean.
LogicalResult inferElementwise(std::optional<Location> location, StringRef op, ValueRange operands,
                               StringRef rule, SmallVectorImpl<Type> &inferred) {
  Report report{location, op};
  SmallVector<RankedTensorType> types;
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Value operand : operands) {
    auto type = report.tensor(operand, "operand");
    if (failed(type))
      return failure();
    types.push_back(*type);
    shapes.push_back(types.back().getShape());
    if (shapes.back().size() != shapes.front().size())
      return report.fail("(C1) ranks of operands differ: " + typeText(types.front()) + " and " +
                         typeText(*type));
  }
  auto shape = broadcastShapes(report, "(C2)", shapes);
  if (failed(shape))
    return failure();
  ArrayRef<RankedTensorType> valued = types;
  if (rule == "select") {
    if (!types[0].getElementType().isInteger(1))
      return report.fail("(C4) predicate " + typeText(types[0]) + " is not boolean");
    valued = valued.drop_front();
  }
  if (failed(report.sameElements("(C3)", valued)))
    return failure();
  Type element =
      rule == "bool" ? IntegerType::get(types[0].getContext(), 1) : valued[0].getElementType();
  return report.result(*shape, element, inferred);
}

} // namespace neuron::nn

#define GET_OP_CLASSES
#include "dialects/nn/NnElementwise.cpp.inc"

void neuron::nn::insertElementwiseOps(Dialect &dialect) {
  insertOps<
#define GET_OP_LIST
#include "dialects/nn/NnElementwise.cpp.inc"
      >(dialect);
}
