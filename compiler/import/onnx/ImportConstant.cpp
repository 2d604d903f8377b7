// Import of what is known: constants, shapes, ranges, identity matrices.

#include "compiler/import/onnx/GraphImport.h"
#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Node.h"

#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;
using neuron::driver::Code;

namespace {

DenseElementsAttr floats(Node &node, ArrayRef<double> values, bool scalar) {
  Ints shape;
  if (!scalar)
    shape.push_back(static_cast<int64_t>(values.size()));
  SmallVector<float> narrow(values.begin(), values.end());
  return DenseElementsAttr::get(RankedTensorType::get(shape, node.builder().getF32Type()),
                                ArrayRef<float>(narrow));
}

void importConstant(Node &node) {
  if (const ::onnx::AttributeProto *value = node.find("value")) {
    Value tensor = node.importer().tensorValue(value->t(), node.proto().output(0));
    if (!tensor)
      return node.fail(Code::BadTensor, "its value cannot be read");
    return node.result(tensor);
  }
  if (node.hasAttribute("value_float"))
    return node.result(node.constant(floats(node, node.number("value_float", 0), true)));
  if (std::optional<Numbers> list = node.numbers("value_floats"))
    return node.result(node.constant(floats(node, *list, false)));
  if (node.hasAttribute("value_int"))
    return node.result(
        node.reshape(node.integerList(node.integer("value_int", 0)), ArrayRef<int64_t>()));
  if (std::optional<Ints> list = node.integers("value_ints"))
    return node.result(node.integerList(*list));
  node.need(false, "a Constant that is sparse or of strings, or has no value");
}

void importShape(Node &node) {
  ArrayRef<int64_t> shape = node.shape(node.operand(0));
  int64_t rank = static_cast<int64_t>(shape.size());
  auto clamped = [&](int64_t i) { return std::clamp<int64_t>(i < 0 ? i + rank : i, 0, rank); };
  int64_t start = clamped(std::max(node.integer("start", 0), -rank));
  int64_t end = clamped(std::max(node.integer("end", rank), -rank));
  size_t count = static_cast<size_t>(std::max<int64_t>(0, end - start));
  node.result(node.integerList(shape.slice(static_cast<size_t>(start), count)));
}

void importSize(Node &node) {
  int64_t count = node.type(node.operand(0)).getNumElements();
  node.result(node.reshape(node.integerList(count), ArrayRef<int64_t>()));
}

/// A value of one element, repeated; zeros of f32 where it is absent.
void importConstantOfShape(Node &node) {
  Ints shape = node.constantIntegers(0);
  if (node.failed())
    return;
  if (!elementCount(shape))
    return node.fail(Code::ValueTooLarge,
                     "the shape is negative, or has more than 2^40 elements or 12 dimensions");
  const ::onnx::AttributeProto *value = node.find("value");
  if (!value)
    return node.result(node.splat(0, node.builder().getF32Type(), shape));
  FailureOr<StoredTensor> stored =
      node.importer().source().stored(value->t(), "value of ConstantOfShape");
  if (mlir::failed(stored) || !node.valid(stored->elements == 1, "value is not one number"))
    return node.fail(Code::BadTensor, "value cannot be read");
  DenseElementsAttr one = node.importer().readElements(*stored);
  auto type = RankedTensorType::get(shape, one.getElementType());
  node.result(node.constant(DenseElementsAttr::get(type, *one.getValues<Attribute>().begin())));
}

/// start, start + delta, ... below limit: positions times delta plus start.
void importRange(Node &node) {
  Numbers parts;
  for (unsigned i = 0; i < 3 && !node.failed(); ++i) {
    Numbers part = node.constantNumbers(i);
    if (!node.valid(node.failed() || part.size() == 1, "start, limit and delta are single numbers"))
      return;
    llvm::append_range(parts, part);
  }
  if (node.failed())
    return;
  double count = std::ceil((parts[1] - parts[0]) / parts[2]);
  if (!node.valid(parts[2] != 0 && !std::isnan(count) && count < 1e12, "the range has no end"))
    return;
  Type element = node.element(node.operand(0));
  Ints shape = {static_cast<int64_t>(std::max(0.0, count))};
  Value positions = node.makeTyped(nn::IotaOp::getOperationName(), shape, element, ValueRange(),
                                   node.attr("axis", 0));
  if (parts[2] != 1)
    positions = node.make("nn.multiply", {positions, node.reshape(node.operand(2), {1})});
  if (parts[0] != 0)
    positions = node.make("nn.add", {positions, node.reshape(node.operand(0), {1})});
  node.result(positions);
}

/// Ones where column - row = k.
void importEyeLike(Node &node) {
  Value input = node.operand(0);
  if (!node.valid(node.rank(input) == 2, "EyeLike needs rank 2"))
    return;
  std::optional<DType> stated =
      elementType(static_cast<int32_t>(node.integer("dtype", /*float*/ 1)));
  node.valid(stated.has_value(), "dtype is not a number type");
  if (node.failed())
    return;
  Type element =
      node.hasAttribute("dtype") ? node.importer().elementOf(*stated) : node.element(input);
  int64_t k = node.integer("k", 0);
  Type i64 = node.builder().getI64Type();
  auto positions = [&](int axis) {
    return node.makeTyped(nn::IotaOp::getOperationName(), node.shape(input), i64, ValueRange(),
                          node.attr("axis", axis));
  };
  Value offset = node.splat(static_cast<double>(k), i64, {1, 1});
  Value diagonal =
      node.make("nn.equal", {positions(1), node.make("nn.add", {positions(0), offset})});
  node.result(node.cast(diagonal, element));
}

const ImportRow rows[] = {
    {"Constant", 1, 0, 0, importConstant}, {"Shape", 1, 1, 1, importShape},
    {"Size", 1, 1, 1, importSize},         {"ConstantOfShape", 9, 1, 1, importConstantOfShape},
    {"Range", 11, 3, 3, importRange},      {"EyeLike", 9, 1, 1, importEyeLike},
};

} // namespace

llvm::ArrayRef<ImportRow> neuron::importer::constantForms() { return rows; }
