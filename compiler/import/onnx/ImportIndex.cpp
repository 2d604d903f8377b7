// Import of gathers, scatters and one-hot.

#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Node.h"

#include "llvm/ADT/STLExtras.h"

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;

namespace {

template <class OpTy> void importAlongAxis(Node &node) {
  int64_t axis = node.axis("axis", 0, node.rank(node.operand(0)));
  node.result(node.make<OpTy>({node.operand(0), node.operand(1)}, node.attr("axis", axis)));
}

void importGatherNd(Node &node) {
  node.result(node.make<nn::GatherNdOp>({node.operand(0), node.operand(1)},
                                        node.attr("batch_dims", node.integer("batch_dims", 0))));
}

void importScatterNd(Node &node) {
  node.result(node.make<nn::ScatterNdOp>(node.allOperands(),
                                         node.word("reduction", node.text("reduction", "none"))));
}

void importScatterElements(Node &node) {
  int64_t axis = node.axis("axis", 0, node.rank(node.operand(0)));
  node.result(node.make<nn::ScatterElementsOp>(
      node.allOperands(),
      {node.attr("axis", axis), node.word("reduction", node.text("reduction", "none"))}));
}

void importOneHot(Node &node) {
  Value indices = node.operand(0), values = node.operand(2);
  Numbers depth = node.constantNumbers(1);
  int64_t rank = node.rank(indices);
  int64_t axis = node.axis("axis", -1, rank + 1);
  if (node.failed())
    return;
  if (!node.valid(depth.size() == 1 && depth[0] >= 1 && depth[0] < 1e12,
                  "depth is not one positive number"))
    return;
  Value positions =
      isa<FloatType>(node.element(indices)) || node.element(indices).getIntOrFloatBitWidth() < 32
          ? node.cast(indices, node.builder().getI64Type())
          : indices;
  node.result(node.make<nn::OneHotOp>(
      {positions, values},
      {node.attr("axis", axis), node.attr("depth", static_cast<int64_t>(depth[0]))}));
}

const ImportRow rows[] = {
    {"Gather", 1, 2, 2, importAlongAxis<nn::GatherOp>},
    {"GatherElements", 11, 2, 2, importAlongAxis<nn::GatherElementsOp>},
    {"GatherND", 11, 2, 2, importGatherNd},
    {"ScatterND", 11, 3, 3, importScatterNd},
    {"ScatterElements", 11, 3, 3, importScatterElements},
    {"Scatter", 9, 3, 3, importScatterElements},
    {"OneHot", 9, 3, 3, importOneHot},
};

} // namespace

llvm::ArrayRef<ImportRow> neuron::importer::indexForms() { return rows; }
