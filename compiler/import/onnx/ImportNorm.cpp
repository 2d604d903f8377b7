// Import of normalisations.

#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Node.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include <numeric>

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;

namespace {

/// Before opset 13 softmax works on the matrix [dims before axis, dims from axis on].
Value onMatrix(Node &node, StringRef op, Value input) {
  int64_t rank = node.rank(input);
  int64_t axis = node.axis("axis", 1, rank, /*endAllowed=*/rank == 1);
  if (node.failed())
    return Value();
  if (axis == rank - 1)
    return node.make(op, input, node.attr("axis", axis));
  Ints shape(node.shape(input)), matrix = {1, 1};
  for (int64_t i = 0; i < rank; ++i)
    matrix[i < axis ? 0 : 1] *= shape[static_cast<size_t>(i)];
  Value result = node.make(op, node.reshape(input, matrix), node.attr("axis", 1));
  return node.reshape(result, shape);
}

template <const char *op> void importSoftmaxMatrix(Node &node) {
  node.result(onMatrix(node, op, node.operand(0)));
}

template <const char *op> void importSoftmax(Node &node) {
  Value input = node.operand(0);
  int64_t axis = node.axis("axis", -1, node.rank(input));
  node.result(node.make(op, input, node.attr("axis", axis)));
}

constexpr char softmax[] = "nn.softmax", logSoftmax[] = "nn.log_softmax";

/// The largest element of every row gets 1, the first of equals.
void importHardmax(Node &node) {
  Value input = node.operand(0);
  int64_t rank = node.rank(input);
  int64_t axis = node.axis("axis", -1, rank);
  if (node.failed())
    return;
  Type element = node.element(input);
  Value position = node.make<nn::ArgMaxOp>(input, node.attr("axis", axis));
  auto zeroAndOne = DenseElementsAttr::get(RankedTensorType::get({2}, node.builder().getF32Type()),
                                           ArrayRef<float>({0.0f, 1.0f}));
  Value pair = node.cast(node.constant(zeroAndOne), element);
  node.result(node.make<nn::OneHotOp>(
      {position, pair},
      {node.attr("axis", axis), node.attr("depth", node.shape(input)[size_t(axis)])}));
}

/// An operand that broadcasts to the normalised dims, brought to exactly their shape.
Value overDims(Node &node, Value value, ArrayRef<int64_t> dims) {
  if (!value || node.failed() || node.shape(value) == dims)
    return value;
  if (!node.valid(node.rank(value) <= static_cast<int64_t>(dims.size()),
                  "scale or bias has more dimensions than are normalised"))
    return Value();
  return node.broadcast(value, dims);
}

/// The further outputs of LayerNormalization: mean and 1 / sqrt(variance + epsilon).
void addStatistics(Node &node, Value input, int64_t axis, double epsilon) {
  Ints axes = llvm::to_vector(llvm::seq<int64_t>(axis, node.rank(input)));
  SmallVector<NamedAttribute> over = {node.attr("axes", axes), node.flag("keep_dims", true)};
  Value mean = node.make<nn::ReduceMeanOp>(input, over);
  node.result(mean);
  if (!node.wants(2) || node.failed())
    return;
  Value centred = node.make("nn.subtract", {input, mean});
  Value variance = node.make<nn::ReduceMeanOp>(node.make("nn.square", centred), over);
  Ints ones(static_cast<size_t>(node.rank(input)), 1);
  Value small = node.splat(epsilon, node.element(input), ones);
  node.result(node.make("nn.rsqrt", node.make("nn.add", {variance, small})));
}

void importLayerNorm(Node &node) {
  Value input = node.operand(0);
  int64_t axis = node.axis("axis", -1, node.rank(input));
  double epsilon = node.number("epsilon", 1e-5);
  if (node.failed())
    return;
  ArrayRef<int64_t> dims = node.shape(input).drop_front(static_cast<size_t>(axis));
  SmallVector<Value> operands = {input, overDims(node, node.operand(1), dims)};
  if (node.has(2))
    operands.push_back(overDims(node, node.operand(2), dims));
  node.result(node.make<nn::LayerNormOp>(operands,
                                         {node.attr("axis", axis), node.attr("epsilon", epsilon)}));
  if (node.wants(1) || node.wants(2))
    addStatistics(node, input, axis, epsilon);
}

void importRmsNorm(Node &node) {
  Value input = node.operand(0);
  int64_t axis = node.axis("axis", -1, node.rank(input));
  if (node.failed())
    return;
  ArrayRef<int64_t> dims = node.shape(input).drop_front(static_cast<size_t>(axis));
  node.result(node.make<nn::RmsNormOp>(
      {input, overDims(node, node.operand(1), dims)},
      {node.attr("axis", axis), node.attr("epsilon", node.number("epsilon", 1e-5))}));
}

void importBatchNorm(Node &node) {
  node.need(node.integer("training_mode", 0) == 0, "BatchNormalization in training mode");
  for (unsigned i = 1; i < node.outputs(); ++i)
    node.need(!node.wants(i), "BatchNormalization with more than one output");
  node.result(node.make<nn::BatchNormOp>(node.allOperands(),
                                         node.attr("epsilon", node.number("epsilon", 1e-5))));
}

void importInstanceNorm(Node &node) {
  Value input = node.operand(0);
  if (!node.valid(node.rank(input) >= 3, "InstanceNormalization needs rank 3 at least"))
    return;
  node.result(node.make<nn::GroupNormOp>(node.allOperands(),
                                         {node.attr("groups", node.shape(input)[1]),
                                          node.attr("epsilon", node.number("epsilon", 1e-5))}));
}

/// From opset 21 scale and bias have one entry a channel, before it one a group.
void importGroupNorm(Node &node) {
  SmallVector<Value> operands(node.allOperands());
  int64_t groups = node.requiredInteger("num_groups");
  bool ranks =
      node.rank(operands[0]) >= 3 && node.rank(operands[1]) == 1 && node.rank(operands[2]) == 1;
  if (!node.valid(ranks,
                  "GroupNormalization needs rank 3 at least, and lists of scales and biases"))
    return;
  int64_t channels = node.shape(operands[0])[1];
  node.valid(groups > 0 && channels % std::max<int64_t>(groups, 1) == 0,
             "num_groups does not divide the channels");
  if (node.opset() < 21 && !node.failed()) {
    for (Value &operand : llvm::make_range(operands.begin() + 1, operands.end())) {
      if (!node.valid(node.shape(operand)[0] == groups, "scale and bias need one entry a group"))
        return;
      Value column = node.reshape(operand, {groups, 1});
      operand = node.reshape(node.broadcast(column, {groups, channels / groups}), {channels});
    }
  }
  node.result(node.make<nn::GroupNormOp>(
      operands, {node.attr("groups", groups), node.attr("epsilon", node.number("epsilon", 1e-5))}));
}

void importLrn(Node &node) {
  node.result(
      node.make<nn::LrnOp>(node.operand(0), {node.attr("size", node.requiredInteger("size")),
                                             node.attr("alpha", node.number("alpha", 1e-4)),
                                             node.attr("beta", node.number("beta", 0.75)),
                                             node.attr("bias", node.number("bias", 1.0))}));
}

/// x / ||x||, the norm being the sum of magnitudes (p = 1) or the Euclidean one (p = 2).
void importLpNorm(Node &node) {
  Value input = node.operand(0);
  int64_t axis = node.axis("axis", -1, node.rank(input)), p = node.integer("p", 2);
  node.valid(p == 1 || p == 2, "p is neither 1 nor 2");
  Value norm =
      node.make(p == 1 ? "nn.reduce_l1" : "nn.reduce_l2", input,
                {node.attr("axes", ArrayRef<int64_t>(axis)), node.flag("keep_dims", true)});
  node.result(node.make("nn.divide", {input, norm}));
}

/// (x - mean) / (standard deviation + 1e-9) over the axes.
void importMeanVarianceNorm(Node &node) {
  Value input = node.operand(0);
  Ints axes = node.resolveAxes(node.integers("axes").value_or(Ints{0, 2, 3}), node.rank(input));
  SmallVector<NamedAttribute> over = {node.attr("axes", axes), node.flag("keep_dims", true)};
  Value centred = node.make("nn.subtract", {input, node.make<nn::ReduceMeanOp>(input, over)});
  Value variance = node.make<nn::ReduceMeanOp>(node.make("nn.square", centred), over);
  if (node.failed())
    return;
  Ints ones(static_cast<size_t>(node.rank(input)), 1);
  Value small = node.splat(1e-9, node.element(input), ones);
  Value deviation = node.make("nn.add", {node.make("nn.sqrt", variance), small});
  node.result(node.make("nn.divide", {centred, deviation}));
}

const ImportRow rows[] = {
    {"Softmax", 1, 1, 1, importSoftmaxMatrix<softmax>},
    {"Softmax", 13, 1, 1, importSoftmax<softmax>},
    {"LogSoftmax", 1, 1, 1, importSoftmaxMatrix<logSoftmax>},
    {"LogSoftmax", 13, 1, 1, importSoftmax<logSoftmax>},
    {"Hardmax", 13, 1, 1, importHardmax},
    {"LayerNormalization", 17, 2, 3, importLayerNorm},
    {"RMSNormalization", 23, 2, 2, importRmsNorm},
    {"BatchNormalization", 9, 5, 5, importBatchNorm},
    {"InstanceNormalization", 6, 3, 3, importInstanceNorm},
    {"GroupNormalization", 18, 3, 3, importGroupNorm},
    {"LRN", 1, 1, 1, importLrn},
    {"LpNormalization", 1, 1, 1, importLpNorm},
    {"MeanVarianceNormalization", 9, 1, 1, importMeanVarianceNorm},
};

} // namespace

llvm::ArrayRef<ImportRow> neuron::importer::normForms() { return rows; }
