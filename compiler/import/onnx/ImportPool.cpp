// Import of pools.

#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Node.h"
#include "compiler/import/onnx/Window.h"

#include "llvm/ADT/STLExtras.h"

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;

namespace {

SmallVector<NamedAttribute> windowAttributes(Node &node, const WindowReader &window) {
  return {node.attr("kernel", window.kernel),
          node.attr("strides", window.strides),
          node.attr("dilations", window.dilations),
          node.attr("pads_low", window.low),
          node.attr("pads_high", window.high),
          node.flag("ceil_mode", node.integer("ceil_mode", 0) != 0)};
}

void importMaxPool(Node &node) {
  Value input = node.operand(0);
  node.need(!node.wants(1), "MaxPool with the output Indices");
  if (!node.valid(node.rank(input) >= 3, "a pool needs rank 3 at least"))
    return;
  WindowReader window(node, node.shape(input).drop_front(2), {});
  node.result(node.make<nn::MaxPoolOp>(input, windowAttributes(node, window)));
}

void importAveragePool(Node &node) {
  Value input = node.operand(0);
  if (!node.valid(node.rank(input) >= 3, "a pool needs rank 3 at least"))
    return;
  WindowReader window(node, node.shape(input).drop_front(2), {});
  SmallVector<NamedAttribute> attributes = windowAttributes(node, window);
  attributes.push_back(node.flag("count_include_pad", node.integer("count_include_pad", 0) != 0));
  node.result(node.make<nn::AvgPoolOp>(input, attributes));
}

void importGlobalAveragePool(Node &node) {
  node.result(node.make<nn::GlobalAvgPoolOp>(node.operand(0)));
}

void importGlobalMaxPool(Node &node) {
  node.result(node.make<nn::GlobalMaxPoolOp>(node.operand(0)));
}

const ImportRow rows[] = {
    {"MaxPool", 1, 1, 1, importMaxPool},
    {"AveragePool", 1, 1, 1, importAveragePool},
    {"GlobalAveragePool", 1, 1, 1, importGlobalAveragePool},
    {"GlobalMaxPool", 1, 1, 1, importGlobalMaxPool},
};

} // namespace

llvm::ArrayRef<ImportRow> neuron::importer::poolForms() { return rows; }
