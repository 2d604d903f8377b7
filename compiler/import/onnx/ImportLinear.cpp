// Import of products and convolutions.

#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Node.h"
#include "compiler/import/onnx/Window.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;

namespace {

/// numpy's rules: a vector on the left gains a row, on the right a column, and loses it again.
void importMatmul(Node &node) {
  Value lhs = node.operand(0), rhs = node.operand(1);
  int64_t left = node.rank(lhs), right = node.rank(rhs);
  if (!node.valid(left > 0 && right > 0, "MatMul of a scalar"))
    return;
  if (right == 1)
    rhs = node.reshape(rhs, {node.shape(rhs)[0], 1});
  int64_t rank = std::max({left, node.rank(rhs), int64_t(2)});
  lhs = node.withRank(lhs, rank);
  rhs = node.withRank(rhs, rank);
  Value product = node.make<nn::MatmulOp>({lhs, rhs});
  if (node.failed())
    return;
  Ints shape(node.shape(product));
  if (right == 1)
    shape.pop_back();
  if (left == 1)
    shape.erase(shape.end() - (right == 1 ? 1 : 2));
  node.result(node.reshape(product, shape));
}

void importGemm(Node &node) {
  SmallVector<Value> operands = {node.operand(0), node.operand(1)};
  if (node.has(2))
    operands.push_back(node.withRank(node.operand(2), 2));
  node.result(node.make<nn::GemmOp>(operands, {node.attr("alpha", node.number("alpha", 1.0)),
                                               node.attr("beta", node.number("beta", 1.0)),
                                               node.flag("trans_lhs", node.integer("transA", 0)),
                                               node.flag("trans_rhs", node.integer("transB", 0))}));
}

void importConv(Node &node) {
  SmallVector<Value> operands(node.allOperands());
  Value input = operands[0], weight = operands[1];
  if (!node.valid(node.rank(input) >= 3 && node.rank(input) == node.rank(weight),
                  "input and weight need the same rank, at least 3"))
    return;
  WindowReader window(node, node.shape(input).drop_front(2), node.shape(weight).drop_front(2));
  node.result(node.make<nn::ConvOp>(
      operands, {node.attr("strides", window.strides), node.attr("dilations", window.dilations),
                 node.attr("pads_low", window.low), node.attr("pads_high", window.high),
                 node.attr("groups", node.integer("group", 1))}));
}

/// Pads that make the result as large as `output_shape` says; the odd one goes where auto_pad
/// wants it.
void padsFromOutputShape(Node &node, WindowReader &window, ArrayRef<int64_t> outputShape,
                         Ints &outputPads) {
  size_t dims = window.kernel.size();
  ArrayRef<int64_t> wanted = outputShape.take_back(std::min(outputShape.size(), dims));
  if (!node.valid(wanted.size() == dims, "output_shape needs one entry a spatial dimension"))
    return;
  bool highFirst = node.text("auto_pad", "NOTSET") != "SAME_UPPER";
  for (size_t i = 0; i < dims; ++i) {
    int64_t total =
        window.strides[i] * (window.input[i] - 1) + outputPads[i] + window.span(i) - wanted[i];
    if (total < 0) { // beyond what the window reaches: rows without a contribution
      outputPads[i] -= total;
      total = 0;
    }
    window.low[i] = highFirst ? total - total / 2 : total / 2;
    window.high[i] = total - window.low[i];
  }
}

void importConvTranspose(Node &node) {
  SmallVector<Value> operands(node.allOperands());
  Value input = operands[0], weight = operands[1];
  if (!node.valid(node.rank(input) >= 3 && node.rank(input) == node.rank(weight),
                  "input and weight need the same rank, at least 3"))
    return;
  WindowReader window(node, node.shape(input).drop_front(2), node.shape(weight).drop_front(2),
                      WindowReader::Transposed);
  Ints outputPads = node.integers("output_padding").value_or(Ints());
  outputPads.resize(window.kernel.size(), 0);
  std::optional<Ints> outputShape = node.integers("output_shape");
  StringRef autoPad = node.text("auto_pad", "NOTSET");
  if (node.failed())
    return;
  if (!outputShape && autoPad.starts_with("SAME")) {
    outputShape.emplace();
    for (size_t i = 0; i < window.input.size(); ++i)
      outputShape->push_back(window.input[i] * window.strides[i]);
  }
  if (outputShape)
    padsFromOutputShape(node, window, *outputShape, outputPads);
  node.result(node.make<nn::ConvTransposeOp>(
      operands,
      {node.attr("strides", window.strides), node.attr("dilations", window.dilations),
       node.attr("pads_low", window.low), node.attr("pads_high", window.high),
       node.attr("output_pads", outputPads), node.attr("groups", node.integer("group", 1))}));
}

const ImportRow rows[] = {
    {"MatMul", 9, 2, 2, importMatmul},
    {"Gemm", 9, 2, 3, importGemm},
    {"Conv", 1, 2, 3, importConv},
    {"ConvTranspose", 1, 2, 3, importConvTranspose},
};

} // namespace

llvm::ArrayRef<ImportRow> neuron::importer::linearForms() { return rows; }
