// Import of elementwise operators: the general row, and those with a form of their own.

#include "compiler/import/onnx/GraphImport.h"
#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Node.h"

#include "llvm/ADT/STLExtras.h"
#include <limits>
#include <optional>

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;
using neuron::driver::Code;

void neuron::importer::importElementwise(Node &node, const nn::ImportRow &row) {
  SmallVector<NamedAttribute> attributes;
  for (const nn::ImportScalar &scalar : row.scalars)
    if (node.hasAttribute(scalar.name))
      attributes.push_back(node.attr(scalar.name, node.number(scalar.name, scalar.value)));
  node.result(node.make(row.op, node.aligned(node.allOperands()), attributes));
}

namespace {

/// Max, Min, Sum: any number of operands, combined from the left.
Value combineAll(Node &node, StringRef op) {
  SmallVector<Value> operands = node.aligned(node.allOperands());
  Value result = operands.front();
  for (Value operand : ArrayRef<Value>(operands).drop_front())
    result = node.make(op, {result, operand});
  return result;
}

void importMax(Node &node) { node.result(combineAll(node, "nn.maximum")); }
void importMin(Node &node) { node.result(combineAll(node, "nn.minimum")); }
void importSum(Node &node) { node.result(combineAll(node, "nn.add")); }

void importMean(Node &node) {
  Value sum = combineAll(node, "nn.add");
  if (node.failed())
    return;
  Ints ones(static_cast<size_t>(node.rank(sum)), 1);
  Value factor = node.splat(1.0 / node.operands(), node.element(sum), ones);
  node.result(node.make("nn.multiply", {sum, factor}));
}

void importMod(Node &node) {
  bool truncates = node.integer("fmod", 0) != 0;
  if (node.failed())
    return;
  bool isFloat = isa<FloatType>(node.element(node.operand(0)));
  node.valid(truncates || !isFloat, "Mod of floats needs fmod = 1");
  node.result(node.make(truncates ? "nn.fmod" : "nn.mod", node.aligned(node.allOperands())));
}

void importBitShift(Node &node) {
  StringRef direction = node.text("direction", "");
  node.valid(direction == "LEFT" || direction == "RIGHT", "direction is neither LEFT nor RIGHT");
  node.result(node.make(direction == "LEFT" ? "nn.shift_left" : "nn.shift_right",
                        node.aligned(node.allOperands())));
}

void importGelu(Node &node) {
  StringRef approximate = node.text("approximate", "none");
  node.valid(approximate == "none" || approximate == "tanh",
             "approximate is neither none nor tanh");
  node.result(node.make(approximate == "tanh" ? "nn.gelu_tanh" : "nn.gelu", node.operand(0)));
}

void importPow(Node &node) {
  SmallVector<Value> operands = node.aligned(node.allOperands());
  if (node.failed())
    return;
  // The exponent may have another type; the result has that of the base.
  operands[1] = node.cast(operands[1], node.element(operands[0]));
  node.result(node.make("nn.pow", operands));
}

/// A bound of Clip: absent, or one number that is known.
double bound(Node &node, StringRef name, unsigned i, double otherwise) {
  if (!node.has(i))
    return otherwise;
  Numbers values = node.constantNumbers(i);
  node.valid(values.size() == 1 || node.failed(), name + " is not one number");
  return node.failed() ? otherwise : values[0];
}

void importClip(Node &node) {
  bool known = true;
  for (unsigned i = 1; i < node.operands(); ++i)
    known &= !node.has(i) || node.importer().knownElements(node.operand(i)) != nullptr;
  Value value = node.operand(0);
  if (known) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    double low = bound(node, "min", 1, -infinity), high = bound(node, "max", 2, infinity);
    node.result(node.make("nn.clip", value, {node.attr("low", low), node.attr("high", high)}));
    return;
  }
  int64_t rank = node.rank(value);
  if (node.has(1))
    value = node.make("nn.maximum", {value, node.withRank(node.operand(1), rank)});
  if (node.has(2))
    value = node.make("nn.minimum", {value, node.withRank(node.operand(2), rank)});
  node.result(value);
}

Type castTarget(Node &node) {
  int64_t to = node.requiredInteger("to");
  std::optional<DType> type = elementType(static_cast<int32_t>(to));
  if (!node.failed() && !type)
    node.fail(Code::UnsupportedType, "cast to " + onnxTypeName(static_cast<int32_t>(to)));
  return node.failed() ? Type() : node.importer().elementOf(*type);
}

void importCast(Node &node) {
  Type to = castTarget(node);
  node.result(node.cast(node.operand(0), to));
}

void importCastLike(Node &node) {
  node.result(node.cast(node.operand(0), node.element(node.operand(1))));
}

void importIdentity(Node &node) { node.result(node.operand(0)); }

/// Dropout when nothing is trained: the operand, and a mask of ones.
void importDropout(Node &node) {
  if (node.has(2)) {
    Ints training = node.constantIntegers(2);
    node.need(node.failed() || training.size() != 1 || training[0] == 0,
              "Dropout in training mode");
  }
  Value value = node.operand(0);
  node.result(value);
  if (node.wants(1))
    node.result(node.splat(1, node.builder().getI1Type(), node.shape(value)));
}

void importPrelu(Node &node) {
  Value input = node.operand(0), slope = node.operand(1);
  node.valid(node.rank(slope) <= node.rank(input), "slope has a larger rank than the input");
  node.result(node.make("nn.prelu", {input, node.withRank(slope, node.rank(input))}));
}

const ImportRow rows[] = {
    {"Max", 8, 1, -1, importMax},           {"Min", 8, 1, -1, importMin},
    {"Sum", 8, 1, -1, importSum},           {"Mean", 8, 1, -1, importMean},
    {"Mod", 10, 2, 2, importMod},           {"BitShift", 11, 2, 2, importBitShift},
    {"Gelu", 20, 1, 1, importGelu},         {"Pow", 7, 2, 2, importPow},
    {"Clip", 11, 1, 3, importClip},         {"Cast", 9, 1, 1, importCast},
    {"CastLike", 15, 2, 2, importCastLike}, {"Identity", 1, 1, 1, importIdentity},
    {"Dropout", 7, 1, 3, importDropout},    {"PRelu", 9, 2, 2, importPrelu},
};

} // namespace

llvm::ArrayRef<ImportRow> neuron::importer::elementwiseForms() { return rows; }
