// Import of reductions, positions and scans.

#include "compiler/import/onnx/ImportTable.h"
#include "compiler/import/onnx/Node.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;

namespace {

/// Axes are an attribute up to opset `lastAttribute`, an operand after it. None means all, or,
/// where noop_with_empty_axes is set, nothing.
Value reduceOver(Node &node, StringRef op, int64_t firstOperandOpset) {
  Value input = node.operand(0);
  int64_t rank = node.rank(input);
  std::optional<Ints> stated = node.integersFrom("axes", 1, firstOperandOpset);
  bool keepDims = node.integer("keepdims", 1) != 0;
  bool noop = node.integer("noop_with_empty_axes", 0) != 0;
  if (node.failed())
    return Value();
  Ints axes;
  if (stated && !stated->empty())
    axes = node.resolveAxes(*stated, rank);
  else if (noop)
    return input;
  else
    axes = llvm::to_vector(llvm::seq<int64_t>(rank));
  return node.make(op, input, {node.attr("axes", axes), node.flag("keep_dims", keepDims)});
}

/// The reductions moved their axes to an operand in opset 18, ReduceSum already in 13.
template <const char *op, int64_t firstOperandOpset = 18> void importReduce(Node &node) {
  node.result(reduceOver(node, op, firstOperandOpset));
}

constexpr char sum[] = "nn.reduce_sum", mean[] = "nn.reduce_mean", most[] = "nn.reduce_max",
               least[] = "nn.reduce_min", product[] = "nn.reduce_prod", l1[] = "nn.reduce_l1",
               l2[] = "nn.reduce_l2", squares[] = "nn.reduce_sum_square",
               logSum[] = "nn.reduce_log_sum", logSumExp[] = "nn.reduce_log_sum_exp";

template <class OpTy> void importArg(Node &node) {
  Value input = node.operand(0);
  int64_t axis = node.axis("axis", 0, node.rank(input));
  node.result(node.make<OpTy>(
      input, {node.attr("axis", axis), node.flag("keep_dims", node.integer("keepdims", 1) != 0),
              node.flag("select_last", node.integer("select_last_index", 0) != 0)}));
}

void importTopk(Node &node) {
  Value input = node.operand(0);
  int64_t axis = node.axis("axis", -1, node.rank(input));
  Ints count = node.constantIntegers(1);
  node.valid(node.failed() || count.size() == 1, "K is not one number");
  if (node.failed())
    return;
  SmallVector<Value> both = node.makeAll(nn::TopkOp::getOperationName(), input,
                                         {node.attr("axis", axis), node.attr("k", count[0]),
                                          node.flag("largest", node.integer("largest", 1) != 0)});
  for (Value value : both)
    node.result(value);
}

void importCumsum(Node &node) {
  Value input = node.operand(0);
  Ints axis = node.constantIntegers(1);
  node.valid(node.failed() || axis.size() == 1, "axis is not one number");
  if (node.failed())
    return;
  node.result(node.make<nn::CumsumOp>(
      input, {node.attr("axis", node.resolveAxis(axis[0], node.rank(input))),
              node.flag("exclusive", node.integer("exclusive", 0) != 0),
              node.flag("reverse", node.integer("reverse", 0) != 0)}));
}

const ImportRow rows[] = {
    {"ReduceSum", 1, 1, 2, importReduce<sum, 13>},
    {"ReduceMean", 1, 1, 2, importReduce<mean>},
    {"ReduceMax", 1, 1, 2, importReduce<most>},
    {"ReduceMin", 1, 1, 2, importReduce<least>},
    {"ReduceProd", 1, 1, 2, importReduce<product>},
    {"ReduceL1", 1, 1, 2, importReduce<l1>},
    {"ReduceL2", 1, 1, 2, importReduce<l2>},
    {"ReduceSumSquare", 1, 1, 2, importReduce<squares>},
    {"ReduceLogSum", 1, 1, 2, importReduce<logSum>},
    {"ReduceLogSumExp", 1, 1, 2, importReduce<logSumExp>},
    {"ArgMax", 1, 1, 1, importArg<nn::ArgMaxOp>},
    {"ArgMin", 1, 1, 1, importArg<nn::ArgMinOp>},
    {"TopK", 10, 2, 2, importTopk},
    {"CumSum", 11, 2, 2, importCumsum},
};

} // namespace

llvm::ArrayRef<ImportRow> neuron::importer::reduceForms() { return rows; }
